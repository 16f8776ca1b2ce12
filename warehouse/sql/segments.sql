-- Rules that sort customers for the analyst. "Today" is the last delivery day, so that a rerun says the same.

CREATE TABLE segments (
    customer_id        VARCHAR NOT NULL,
    product_lines      VARCHAR[],
    product_line_count BIGINT,
    subscription_count BIGINT,
    monthly_bill       DECIMAL(38, 2),
    value_tier         VARCHAR NOT NULL,
    channel_use        VARCHAR NOT NULL,
    customer_since     DATE,
    tenure_years       DOUBLE,
    tenure_band        VARCHAR
);

COMMENT ON TABLE segments IS 'Segment: one row per customer, where the sorting rules put it · 细分：每个客户一行，按规则归类';
COMMENT ON COLUMN segments.customer_id IS 'Customer: the durable identity · 客户号：长期不变';
COMMENT ON COLUMN segments.product_lines IS 'Product lines with a subscription that is not closed · 未销户的产品线';
COMMENT ON COLUMN segments.product_line_count IS 'How many of them · 产品线数';
COMMENT ON COLUMN segments.subscription_count IS 'Subscriptions that are not closed · 未销户的订购数';
COMMENT ON COLUMN segments.monthly_bill IS 'Sum of their monthly bills in yuan · 月账单合计（元）';
COMMENT ON COLUMN segments.value_tier IS 'high: top fifth by bill among its entity type, middle: next half, low: the rest, none: no bill · 价值层级：high 同类客户账单前 20%、middle 其后 50%、low 其余、none 无账单';
COMMENT ON COLUMN segments.channel_use IS 'self_service: has a login or app; assisted: tickets or orders; both; none · 渠道使用：self_service 自助、assisted 人工、both 两者、none 均无';
COMMENT ON COLUMN segments.customer_since IS 'Earliest subscription, or first time any channel mentioned the customer · 最早订购日或首次出现日';
COMMENT ON COLUMN segments.tenure_years IS 'Years since then · 在网年数';
COMMENT ON COLUMN segments.tenure_band IS 'new: under 1 year, settled: under 5, loyal: under 10, veteran · 在网分层：new 不足 1 年、settled 不足 5 年、loyal 不足 10 年、veteran 10 年及以上';

INSERT INTO segments BY NAME
WITH today AS (SELECT max(seen_at)::DATE AS day FROM records),
held AS (
    SELECT
        customer_id,
        list_sort(list_distinct(list(product) FILTER (product IS NOT NULL))) AS product_lines,
        count(*) AS subscription_count,
        sum(monthly_bill) AS monthly_bill,
        min(opened_on) AS opened_on
    FROM subscriptions
    WHERE status IS DISTINCT FROM 'closed'
    GROUP BY customer_id
),
assisted AS (SELECT DISTINCT customer_id FROM interactions),
self_service AS (
    SELECT DISTINCT crosswalk.customer_id
    FROM records
    JOIN crosswalk USING (record_id)
    WHERE records.username_raw IS NOT NULL OR records.nickname_raw IS NOT NULL OR records.device IS NOT NULL
),
standing AS (
    SELECT
        customers.customer_id,
        coalesce(held.product_lines, []) AS product_lines,
        coalesce(held.subscription_count, 0) AS subscription_count,
        coalesce(held.monthly_bill, 0) AS monthly_bill,
        least(held.opened_on, customers.first_seen_at::DATE) AS customer_since,
        CASE WHEN held.monthly_bill > 0 THEN percent_rank() OVER (
            PARTITION BY customers.entity_type, held.monthly_bill > 0 ORDER BY held.monthly_bill DESC
        ) END AS bill_rank,
        customers.customer_id IN (SELECT customer_id FROM self_service WHERE customer_id IS NOT NULL) AS by_self_service,
        customers.customer_id IN (SELECT customer_id FROM assisted WHERE customer_id IS NOT NULL) AS by_staff
    FROM customers
    LEFT JOIN held USING (customer_id)
)
SELECT
    customer_id,
    product_lines,
    len(product_lines) AS product_line_count,
    subscription_count,
    monthly_bill,
    CASE
        WHEN bill_rank IS NULL THEN 'none'
        WHEN bill_rank < 0.2 THEN 'high'
        WHEN bill_rank < 0.7 THEN 'middle'
        ELSE 'low'
    END AS value_tier,
    CASE
        WHEN by_self_service AND by_staff THEN 'both'
        WHEN by_self_service THEN 'self_service'
        WHEN by_staff THEN 'assisted'
        ELSE 'none'
    END AS channel_use,
    customer_since,
    round(date_diff('day', customer_since, today.day) / 365.25, 1) AS tenure_years,
    CASE
        WHEN customer_since > today.day - INTERVAL 1 YEAR THEN 'new'
        WHEN customer_since > today.day - INTERVAL 5 YEAR THEN 'settled'
        WHEN customer_since > today.day - INTERVAL 10 YEAR THEN 'loyal'
        WHEN customer_since IS NOT NULL THEN 'veteran'
    END AS tenure_band
FROM standing CROSS JOIN today
ORDER BY customer_id;
