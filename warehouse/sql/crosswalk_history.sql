-- Which customer each record belonged to, and when.

CREATE TABLE crosswalk_history (
    feed        VARCHAR NOT NULL,
    source_id   VARCHAR NOT NULL,
    record_id   VARCHAR NOT NULL,
    customer_id VARCHAR,
    linked_by   VARCHAR,
    score       DOUBLE,
    valid_from  TIMESTAMP NOT NULL,
    valid_to    TIMESTAMP,
    from_run    VARCHAR NOT NULL,
    to_run      VARCHAR
);

COMMENT ON TABLE crosswalk_history IS 'Crosswalk history: one row per record and interval in which it belonged to one customer · 对照历史：每条记录在每段归属期内一行';
COMMENT ON COLUMN crosswalk_history.feed IS 'Feed: the channel that delivered it · 来源渠道';
COMMENT ON COLUMN crosswalk_history.source_id IS 'The channel''s own key · 渠道内编号';
COMMENT ON COLUMN crosswalk_history.record_id IS 'Record: feed and source id joined by a colon · 记录号：来源与来源内编号以冒号相连';
COMMENT ON COLUMN crosswalk_history.customer_id IS 'Customer: the durable identity · 客户号：长期不变';
COMMENT ON COLUMN crosswalk_history.linked_by IS 'What put the record into the customer, when it began · 起始时该记录归入该客户的依据';
COMMENT ON COLUMN crosswalk_history.score IS 'Score of its best link, when it began · 起始时最佳关联的评分';
COMMENT ON COLUMN crosswalk_history.valid_from IS 'Valid from (UTC, inclusive) · 生效时间（UTC，含）';
COMMENT ON COLUMN crosswalk_history.valid_to IS 'Valid to (UTC, exclusive); null while in force · 失效时间（UTC，不含）；有效期内为空';
COMMENT ON COLUMN crosswalk_history.from_run IS 'Run that began it · 开始生效的运行';
COMMENT ON COLUMN crosswalk_history.to_run IS 'Run that ended it · 结束生效的运行';

INSERT INTO crosswalk_history BY NAME
WITH before AS (
    SELECT * FROM crosswalk_history
    UNION ALL BY NAME
    SELECT * FROM previous.crosswalk_history
    WHERE valid_to IS NULL OR valid_to > coalesce((SELECT max(kept_since) FROM runs), '-infinity')
),
run AS (SELECT run_id, valid_from FROM runs ORDER BY valid_from DESC LIMIT 1),
now AS (SELECT feed, source_id, record_id, customer_id FROM crosswalk),
in_force AS (SELECT feed, source_id, record_id, customer_id FROM before WHERE valid_to IS NULL),
begun AS (SELECT * FROM now EXCEPT SELECT * FROM in_force),
ended AS (SELECT record_id, customer_id FROM (SELECT * FROM in_force EXCEPT SELECT * FROM now))
SELECT before.*
FROM before ANTI JOIN ended ON before.valid_to IS NULL AND before.record_id = ended.record_id AND before.customer_id = ended.customer_id
UNION ALL BY NAME
SELECT before.* REPLACE (run.valid_from AS valid_to, run.run_id AS to_run)
FROM before SEMI JOIN ended ON before.valid_to IS NULL AND before.record_id = ended.record_id AND before.customer_id = ended.customer_id
CROSS JOIN run
UNION ALL BY NAME
SELECT begun.*, crosswalk.linked_by, crosswalk.score, run.valid_from, run.run_id AS from_run
FROM begun
JOIN crosswalk ON crosswalk.record_id = begun.record_id AND crosswalk.customer_id = begun.customer_id
CROSS JOIN run
ORDER BY record_id, valid_from, customer_id;
