-- One row per customer: what all its records together say. Texts lie as they are: one customer, asked for by its id,
-- would otherwise wait for the dictionaries of every column to be read.

CREATE TABLE customers (
    customer_id   VARCHAR USING COMPRESSION uncompressed NOT NULL,
    entity_type   VARCHAR USING COMPRESSION uncompressed,
    name          VARCHAR USING COMPRESSION uncompressed,
    name_pinyin   VARCHAR USING COMPRESSION uncompressed,
    gender        VARCHAR USING COMPRESSION uncompressed,
    birth_date    DATE,
    id_type       VARCHAR USING COMPRESSION uncompressed,
    id_number     VARCHAR USING COMPRESSION uncompressed,
    mobile        VARCHAR USING COMPRESSION uncompressed,
    mobiles       VARCHAR[] USING COMPRESSION uncompressed,
    fixed_line    VARCHAR USING COMPRESSION uncompressed,
    email         VARCHAR USING COMPRESSION uncompressed,
    province      VARCHAR USING COMPRESSION uncompressed,
    city          VARCHAR USING COMPRESSION uncompressed,
    district      VARCHAR USING COMPRESSION uncompressed,
    address       VARCHAR USING COMPRESSION uncompressed,
    record_count  BIGINT,
    channel_count BIGINT,
    channels      VARCHAR[] USING COMPRESSION uncompressed,
    first_seen_at TIMESTAMP,
    last_seen_at  TIMESTAMP,
    confidence    DOUBLE,
    updated_at    TIMESTAMP
);

COMMENT ON TABLE customers IS 'Golden customer: one row per customer · 黄金客户：一户一行';
COMMENT ON COLUMN customers.customer_id IS 'Customer: the durable identity · 客户号：长期不变';
COMMENT ON COLUMN customers.entity_type IS 'person or organisation · 个人 person 或企业 organisation';
COMMENT ON COLUMN customers.name IS 'Name · 姓名或企业名称';
COMMENT ON COLUMN customers.name_pinyin IS 'Name in toneless pinyin, surname first · 姓名拼音（无声调，姓在前）';
COMMENT ON COLUMN customers.gender IS 'male or female · 性别：male 男、female 女';
COMMENT ON COLUMN customers.birth_date IS 'Birth date · 出生日期';
COMMENT ON COLUMN customers.id_type IS 'Kind of identity document · 证件类型';
COMMENT ON COLUMN customers.id_number IS 'Number of the identity document, * where masked · 证件号码，掩码处为 *';
COMMENT ON COLUMN customers.mobile IS 'Preferred mobile number · 首选手机号码';
COMMENT ON COLUMN customers.mobiles IS 'Mobile numbers, 11 digits each, the preferred one first; null: none · 手机号码（11 位）列表，首选号码在前；无则为空';
COMMENT ON COLUMN customers.fixed_line IS 'Preferred fixed line: area code and number; the number alone where no channel tells the area code · 首选固定电话：区号与号码，各渠道均未提供区号时只有号码';
COMMENT ON COLUMN customers.email IS 'E-mail · 电子邮箱';
COMMENT ON COLUMN customers.province IS 'Province · 省';
COMMENT ON COLUMN customers.city IS 'City · 市';
COMMENT ON COLUMN customers.district IS 'District or county · 区县';
COMMENT ON COLUMN customers.address IS 'Address from province to room · 地址（省至室）';
COMMENT ON COLUMN customers.record_count IS 'Records of the customer · 记录数';
COMMENT ON COLUMN customers.channel_count IS 'Channels the customer is known to · 出现的渠道数';
COMMENT ON COLUMN customers.channels IS 'Channels the customer is known to, sorted · 出现的渠道列表';
COMMENT ON COLUMN customers.first_seen_at IS 'First time any channel mentioned it · 首次出现时间';
COMMENT ON COLUMN customers.last_seen_at IS 'Youngest word on the customer: a row''s own time, or its delivery day where it has none or came more than once · 最近一次提及客户的时间：行内业务时间；无业务时间或多次送达的取交付日';
COMMENT ON COLUMN customers.confidence IS 'How sure the weakest link is, 0 to 1 · 最弱关联的可信度，0 到 1';
COMMENT ON COLUMN customers.updated_at IS 'When the youngest of the golden values was told, by the same times · 最新的黄金值的告知时间，取法同上';

INSERT INTO customers BY NAME
SELECT * FROM given_customers;
