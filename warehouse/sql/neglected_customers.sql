-- Customers who pay and whom we leave waiting: the last ticket was not solved at the first contact and nothing happened
-- after it, or they complained twice within a year of the last delivery day. Worst first: long waits of those who pay most.

CREATE VIEW neglected_customers AS
WITH today AS (SELECT max(seen_at) AS day FROM records),
tickets AS (
    SELECT
        interactions.customer_id,
        max(interactions.happened_at) AS last_ticket_at,
        arg_max(interactions.topic, (interactions.happened_at, interactions.record_id)) AS last_topic,
        arg_max(interactions.solved_at_first, (interactions.happened_at, interactions.record_id)) AS last_solved,
        count(*) FILTER (
            interactions.topic = 'complaint' AND interactions.happened_at > today.day - INTERVAL 1 YEAR
        ) AS complaints_in_a_year
    FROM interactions CROSS JOIN today
    WHERE interactions.kind = 'ticket' AND interactions.customer_id IS NOT NULL
    GROUP BY interactions.customer_id
),
orders AS (
    SELECT customer_id, max(happened_at) AS last_order_at FROM interactions WHERE kind = 'order' GROUP BY customer_id
)
SELECT
    customers.customer_id,
    customers.name,
    customers.mobile,
    segments.value_tier,
    segments.monthly_bill,
    tickets.last_ticket_at,
    tickets.last_topic,
    date_diff('day', tickets.last_ticket_at, today.day) AS waiting_days,
    tickets.complaints_in_a_year,
    CASE WHEN tickets.complaints_in_a_year >= 2 THEN 'complaining' ELSE 'unsolved' END AS reason
FROM tickets
JOIN customers USING (customer_id)
JOIN segments USING (customer_id)
LEFT JOIN orders USING (customer_id)
CROSS JOIN today
WHERE segments.monthly_bill > 0
    AND (
        tickets.complaints_in_a_year >= 2
        OR (NOT tickets.last_solved AND coalesce(orders.last_order_at < tickets.last_ticket_at, true))
    )
ORDER BY segments.monthly_bill DESC, waiting_days DESC, customers.customer_id;

COMMENT ON VIEW neglected_customers IS 'Neglected customers: one row per paying customer whom we leave waiting · 被忽视的客户：付费却被搁置的客户，每人一行';
COMMENT ON COLUMN neglected_customers.customer_id IS 'Customer: the durable identity · 客户号：长期不变';
COMMENT ON COLUMN neglected_customers.name IS 'Name · 姓名或企业名称';
COMMENT ON COLUMN neglected_customers.mobile IS 'Preferred mobile number · 首选手机号码';
COMMENT ON COLUMN neglected_customers.value_tier IS 'high: top fifth by bill among its entity type, middle: next half, low: the rest, none: no bill · 价值层级：high 同类客户账单前 20%、middle 其后 50%、low 其余、none 无账单';
COMMENT ON COLUMN neglected_customers.monthly_bill IS 'Sum of their monthly bills in yuan · 月账单合计（元）';
COMMENT ON COLUMN neglected_customers.last_ticket_at IS 'Last ticket · 最近一次工单时间';
COMMENT ON COLUMN neglected_customers.last_topic IS 'What it was about · 最近工单主题';
COMMENT ON COLUMN neglected_customers.waiting_days IS 'Days since then, on the last delivery day · 至最近交付日已等待天数';
COMMENT ON COLUMN neglected_customers.complaints_in_a_year IS 'Complaints within a year of the last delivery day · 最近交付日前一年内的投诉数';
COMMENT ON COLUMN neglected_customers.reason IS 'unsolved: the last ticket was not solved at the first contact and no order came after it; complaining: two or more complaints in a year · 原因：unsolved 最近工单未首次解决且其后无受理、complaining 一年内两次以上投诉';
