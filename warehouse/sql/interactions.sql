-- When customers turned to us: tickets, and orders taken by outlets and agents.

CREATE TABLE interactions (
    record_id       VARCHAR NOT NULL,
    feed            VARCHAR NOT NULL,
    source_id       VARCHAR NOT NULL,
    customer_id     VARCHAR,
    kind            VARCHAR NOT NULL,
    happened_at     TIMESTAMP,
    topic           VARCHAR,
    solved_at_first BOOLEAN,
    outlet          VARCHAR,
    product         VARCHAR
);

COMMENT ON TABLE interactions IS 'Interaction: one row per ticket or order · 互动：每张工单或受理单一行';
COMMENT ON COLUMN interactions.record_id IS 'Record: feed and source id joined by a colon · 记录号：来源与来源内编号以冒号相连';
COMMENT ON COLUMN interactions.feed IS 'Feed: the channel that delivered it · 来源渠道';
COMMENT ON COLUMN interactions.source_id IS 'The channel''s own key · 渠道内编号';
COMMENT ON COLUMN interactions.customer_id IS 'Customer: the durable identity · 客户号：长期不变';
COMMENT ON COLUMN interactions.kind IS 'ticket or order · 类型：ticket 工单、order 受理';
COMMENT ON COLUMN interactions.happened_at IS 'When it happened, local; the delivery day where no time is told · 发生时间（当地时间）；未提供时取交付日';
COMMENT ON COLUMN interactions.topic IS 'What the ticket is about · 工单主题';
COMMENT ON COLUMN interactions.solved_at_first IS 'Solved at the first contact · 是否首次解决';
COMMENT ON COLUMN interactions.outlet IS 'Outlet, agent or other place of service · 营业厅、代理商或其他服务点';
COMMENT ON COLUMN interactions.product IS 'Product line · 产品线';

INSERT INTO interactions BY NAME
SELECT
    records.record_id,
    records.feed,
    records.source_id,
    crosswalk.customer_id,
    CASE WHEN records.topic IS NOT NULL THEN 'ticket' ELSE 'order' END AS kind,
    coalesce(records.happened_at, records.seen_at) AS happened_at,
    records.topic,
    CASE records.solved_at_first WHEN 'yes' THEN true WHEN 'no' THEN false END AS solved_at_first,
    records.outlet,
    records.product
FROM given_records AS records
LEFT JOIN crosswalk USING (record_id)
WHERE records.topic IS NOT NULL OR records.outlet IS NOT NULL
ORDER BY records.record_id;
