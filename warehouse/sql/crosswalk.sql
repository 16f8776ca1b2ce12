-- Which customer each record belongs to.

CREATE TABLE crosswalk (
    feed        VARCHAR NOT NULL,
    source_id   VARCHAR NOT NULL,
    record_id   VARCHAR NOT NULL,
    customer_id VARCHAR,
    linked_by   VARCHAR,
    score       DOUBLE,
    since_run   VARCHAR
);

COMMENT ON TABLE crosswalk IS 'Crosswalk: one row per record, and the customer it belongs to · 对照表：每条记录一行，及其所属客户';
COMMENT ON COLUMN crosswalk.feed IS 'Feed: the channel that delivered it · 来源渠道';
COMMENT ON COLUMN crosswalk.source_id IS 'The channel''s own key · 渠道内编号';
COMMENT ON COLUMN crosswalk.record_id IS 'Record: feed and source id joined by a colon · 记录号：来源与来源内编号以冒号相连';
COMMENT ON COLUMN crosswalk.customer_id IS 'Customer: the durable identity · 客户号：长期不变';
COMMENT ON COLUMN crosswalk.linked_by IS 'What holds the record to its customer; null for a record alone · 记录归入该客户的依据；单独成户为空';
COMMENT ON COLUMN crosswalk.score IS 'Score of its best link; null for a record alone · 最佳关联的评分；单独成户为空';
COMMENT ON COLUMN crosswalk.since_run IS 'Run that put the record into this customer · 将该记录归入该客户的运行';

-- A row whose record is missing keeps the parts of its record id: the audit must see it, so it must not get lost here.
INSERT INTO crosswalk BY NAME
SELECT
    coalesce(records.feed, split_part(given.record_id, ':', 1)) AS feed,
    coalesce(records.source_id, substr(given.record_id, instr(given.record_id, ':') + 1)) AS source_id,
    given.*
FROM given_crosswalk AS given
LEFT JOIN records USING (record_id)
ORDER BY given.record_id, given.customer_id;
