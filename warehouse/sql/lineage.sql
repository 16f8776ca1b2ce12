-- Where every golden value came from.

CREATE TABLE lineage (
    customer_id VARCHAR NOT NULL,
    attribute   VARCHAR NOT NULL,
    value       VARCHAR,
    feed        VARCHAR,
    source_id   VARCHAR,
    rule        VARCHAR
);

COMMENT ON TABLE lineage IS 'Lineage: one row per golden value, with the record it came from and the rule that chose it · 血缘：每个黄金值一行，来自哪条记录、因何规则';
COMMENT ON COLUMN lineage.customer_id IS 'Customer: the durable identity · 客户号：长期不变';
COMMENT ON COLUMN lineage.attribute IS 'Column of customers · customers 表的列';
COMMENT ON COLUMN lineage.value IS 'The golden value as text · 黄金值（文本）';
COMMENT ON COLUMN lineage.feed IS 'Feed of the record that gave it · 提供该值的来源渠道';
COMMENT ON COLUMN lineage.source_id IS 'The channel''s own key of that record · 提供该值的渠道内编号';
COMMENT ON COLUMN lineage.rule IS 'Preference that decided · 决定取值的偏好规则';

INSERT INTO lineage BY NAME
SELECT * FROM given_lineage;
