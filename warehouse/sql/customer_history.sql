-- Every golden customer as it was between two runs. A row that has not changed keeps its interval.

CREATE TABLE customer_history (
    customer_id   VARCHAR NOT NULL,
    entity_type   VARCHAR,
    name          VARCHAR,
    name_pinyin   VARCHAR,
    gender        VARCHAR,
    birth_date    DATE,
    id_type       VARCHAR,
    id_number     VARCHAR,
    mobile        VARCHAR,
    mobiles       VARCHAR[],
    fixed_line    VARCHAR,
    email         VARCHAR,
    province      VARCHAR,
    city          VARCHAR,
    district      VARCHAR,
    address       VARCHAR,
    record_count  BIGINT,
    channel_count BIGINT,
    channels      VARCHAR[],
    first_seen_at TIMESTAMP,
    last_seen_at  TIMESTAMP,
    confidence    DOUBLE,
    updated_at    TIMESTAMP,
    valid_from    TIMESTAMP NOT NULL,
    valid_to      TIMESTAMP,
    from_run      VARCHAR NOT NULL,
    to_run        VARCHAR
);

COMMENT ON TABLE customer_history IS 'Customer history: one row per customer and interval in which nothing about it changed · 客户历史：每个客户在每段未变化的有效期内一行';
COMMENT ON COLUMN customer_history.customer_id IS 'Customer: the durable identity · 客户号：长期不变';
COMMENT ON COLUMN customer_history.entity_type IS 'person or organisation · 个人 person 或企业 organisation';
COMMENT ON COLUMN customer_history.name IS 'Name · 姓名或企业名称';
COMMENT ON COLUMN customer_history.name_pinyin IS 'Name in toneless pinyin, surname first · 姓名拼音（无声调，姓在前）';
COMMENT ON COLUMN customer_history.gender IS 'male or female · 性别：male 男、female 女';
COMMENT ON COLUMN customer_history.birth_date IS 'Birth date · 出生日期';
COMMENT ON COLUMN customer_history.id_type IS 'Kind of identity document · 证件类型';
COMMENT ON COLUMN customer_history.id_number IS 'Number of the identity document, * where masked · 证件号码，掩码处为 *';
COMMENT ON COLUMN customer_history.mobile IS 'Preferred mobile number · 首选手机号码';
COMMENT ON COLUMN customer_history.mobiles IS 'Mobile numbers, 11 digits each, the preferred one first; null: none · 手机号码（11 位）列表，首选号码在前；无则为空';
COMMENT ON COLUMN customer_history.fixed_line IS 'Preferred fixed line: area code and number; the number alone where no channel tells the area code · 首选固定电话：区号与号码，各渠道均未提供区号时只有号码';
COMMENT ON COLUMN customer_history.email IS 'E-mail · 电子邮箱';
COMMENT ON COLUMN customer_history.province IS 'Province · 省';
COMMENT ON COLUMN customer_history.city IS 'City · 市';
COMMENT ON COLUMN customer_history.district IS 'District or county · 区县';
COMMENT ON COLUMN customer_history.address IS 'Address from province to room · 地址（省至室）';
COMMENT ON COLUMN customer_history.record_count IS 'Records of the customer · 记录数';
COMMENT ON COLUMN customer_history.channel_count IS 'Channels the customer is known to · 出现的渠道数';
COMMENT ON COLUMN customer_history.channels IS 'Channels the customer is known to, sorted · 出现的渠道列表';
COMMENT ON COLUMN customer_history.first_seen_at IS 'First time any channel mentioned it · 首次出现时间';
COMMENT ON COLUMN customer_history.last_seen_at IS 'Youngest word on the customer: a row''s own time, or its delivery day where it has none or came more than once · 最近一次提及客户的时间：行内业务时间；无业务时间或多次送达的取交付日';
COMMENT ON COLUMN customer_history.confidence IS 'How sure the weakest link is, 0 to 1 · 最弱关联的可信度，0 到 1';
COMMENT ON COLUMN customer_history.updated_at IS 'When the youngest of the golden values was told, by the same times · 最新的黄金值的告知时间，取法同上';
COMMENT ON COLUMN customer_history.valid_from IS 'Valid from (UTC, inclusive) · 生效时间（UTC，含）';
COMMENT ON COLUMN customer_history.valid_to IS 'Valid to (UTC, exclusive); null while in force · 失效时间（UTC，不含）；有效期内为空';
COMMENT ON COLUMN customer_history.from_run IS 'Run that began it · 开始生效的运行';
COMMENT ON COLUMN customer_history.to_run IS 'Run that ended it · 结束生效的运行';

-- EXCEPT takes nulls as equal, as a comparison column by column would not.
INSERT INTO customer_history BY NAME
WITH before AS (
    SELECT * FROM customer_history
    UNION ALL BY NAME
    SELECT * FROM previous.customer_history
    WHERE valid_to IS NULL OR valid_to > coalesce((SELECT max(kept_since) FROM runs), '-infinity')
),
run AS (SELECT run_id, valid_from FROM runs ORDER BY valid_from DESC LIMIT 1),
in_force AS (SELECT * EXCLUDE (valid_from, valid_to, from_run, to_run) FROM before WHERE valid_to IS NULL),
begun AS (SELECT * FROM customers EXCEPT SELECT * FROM in_force),
ended AS (SELECT DISTINCT customer_id FROM (SELECT * FROM in_force EXCEPT SELECT * FROM customers))
SELECT * FROM before WHERE valid_to IS NOT NULL OR customer_id NOT IN (SELECT customer_id FROM ended)
UNION ALL BY NAME
SELECT before.* REPLACE (run.valid_from AS valid_to, run.run_id AS to_run)
FROM before CROSS JOIN run
WHERE before.valid_to IS NULL AND before.customer_id IN (SELECT customer_id FROM ended)
UNION ALL BY NAME
SELECT begun.*, run.valid_from, run.run_id AS from_run
FROM begun CROSS JOIN run
ORDER BY customer_id, valid_from;
