-- How well we serve, by topic of the ticket and by outlet. That the same customer comes back within 30 days, through whatever
-- channel and under whatever spelling of the name, can only be counted because records are matched to customers.

CREATE VIEW service_quality AS
WITH followed AS (
    SELECT
        interactions.*,
        min(CASE WHEN kind = 'ticket' THEN happened_at END) OVER (
            PARTITION BY customer_id ORDER BY happened_at, record_id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS next_ticket_at
    FROM interactions
    WHERE customer_id IS NOT NULL
),
named AS (
    SELECT 'topic' AS subject, topic AS name, followed.* FROM followed WHERE topic IS NOT NULL
    UNION ALL
    SELECT 'outlet' AS subject, outlet AS name, followed.* FROM followed WHERE outlet IS NOT NULL
)
SELECT
    subject,
    name,
    count(*) AS interactions,
    count(DISTINCT customer_id) AS customers,
    round(avg(solved_at_first::INTEGER), 4) AS solved_at_first_rate,
    round(avg((coalesce(next_ticket_at <= happened_at + INTERVAL 30 DAY, false))::INTEGER), 4) AS back_within_30_days_rate
FROM named
GROUP BY subject, name
ORDER BY subject, name;

COMMENT ON VIEW service_quality IS 'Service quality: one row per ticket topic and per outlet · 服务质量：每个工单主题、每个服务点一行';
COMMENT ON COLUMN service_quality.subject IS 'topic or outlet · 维度：topic 工单主题、outlet 服务点';
COMMENT ON COLUMN service_quality.name IS 'The topic, or the outlet · 主题或服务点名称';
COMMENT ON COLUMN service_quality.interactions IS 'Tickets or orders · 工单或受理数';
COMMENT ON COLUMN service_quality.customers IS 'Customers behind them · 涉及客户数';
COMMENT ON COLUMN service_quality.solved_at_first_rate IS 'Share solved at the first contact; null where nobody notes it · 首次解决率；未记录者为空';
COMMENT ON COLUMN service_quality.back_within_30_days_rate IS 'Share after which the customer opened a ticket within 30 days · 30 天内再次提交工单的比例';
