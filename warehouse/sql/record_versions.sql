-- Every version of every record, with the file and line it came from.

CREATE TABLE record_versions (
    record_id           VARCHAR NOT NULL,
    feed                VARCHAR NOT NULL,
    source_id           VARCHAR NOT NULL,
    extract             VARCHAR,
    extract_id          VARCHAR,
    line                BIGINT,
    seen_at             TIMESTAMP,
    happened_at         TIMESTAMP,
    name                VARCHAR,
    nickname            VARCHAR,
    username            VARCHAR,
    id_type             VARCHAR,
    id_number           VARCHAR,
    id_last4            VARCHAR,
    gender              VARCHAR,
    birth_date          VARCHAR,
    mobile              VARCHAR,
    contact_phone       VARCHAR,
    caller_number       VARCHAR,
    service_number      VARCHAR,
    fixed_line          VARCHAR,
    email               VARCHAR,
    address             VARCHAR,
    business_category   VARCHAR,
    account_no          VARCHAR,
    product             VARCHAR,
    subscription_status VARCHAR,
    monthly_bill        VARCHAR,
    opened_on           VARCHAR,
    topic               VARCHAR,
    solved_at_first     VARCHAR,
    outlet              VARCHAR,
    device              VARCHAR,
    raw                 VARCHAR
);

COMMENT ON TABLE record_versions IS 'Record version: one row per accepted row of a file · 记录版本：数据文件中每个被接受的行一行';
COMMENT ON COLUMN record_versions.record_id IS 'Record: feed and source id joined by a colon · 记录号：来源与来源内编号以冒号相连';
COMMENT ON COLUMN record_versions.feed IS 'Feed: the channel that delivered it · 来源渠道';
COMMENT ON COLUMN record_versions.source_id IS 'The channel''s own key · 渠道内编号';
COMMENT ON COLUMN record_versions.extract IS 'File, its path below the landing folder · 数据文件在到达目录下的路径';
COMMENT ON COLUMN record_versions.extract_id IS 'SHA-256 of the file; where the same content came again, of its name and day too · 数据文件的 SHA-256；相同内容再次送达时另含文件名与日期';
COMMENT ON COLUMN record_versions.line IS 'Line in the file, from 1 (sheet row, row of a Parquet file) · 文件中的行号，从 1 起';
COMMENT ON COLUMN record_versions.seen_at IS 'Delivery day of the extract that said so · 数据文件的交付日';
COMMENT ON COLUMN record_versions.happened_at IS 'The row''s own time (a ticket, a registration), local · 业务发生时间（当地时间）';
COMMENT ON COLUMN record_versions.name IS 'Name, as the channel wrote it · 姓名或企业名称（渠道原文）';
COMMENT ON COLUMN record_versions.nickname IS 'Nickname in an app, as the channel wrote it · 应用内昵称（渠道原文）';
COMMENT ON COLUMN record_versions.username IS 'Login name, as the channel wrote it · 登录名（渠道原文）';
COMMENT ON COLUMN record_versions.id_type IS 'Kind of identity document, as the channel wrote it · 证件类型（渠道原文）';
COMMENT ON COLUMN record_versions.id_number IS 'Number of the identity document, as the channel wrote it · 证件号码（渠道原文）';
COMMENT ON COLUMN record_versions.id_last4 IS 'Last four characters of the identity document, as the channel wrote it · 证件后四位（渠道原文）';
COMMENT ON COLUMN record_versions.gender IS 'Gender, as the channel wrote it · 性别（渠道原文）';
COMMENT ON COLUMN record_versions.birth_date IS 'Birth date, as the channel wrote it · 出生日期（渠道原文）';
COMMENT ON COLUMN record_versions.mobile IS 'Mobile number, as the channel wrote it · 手机号码（渠道原文）';
COMMENT ON COLUMN record_versions.contact_phone IS 'Number left for calling back, as the channel wrote it · 联系电话（渠道原文）';
COMMENT ON COLUMN record_versions.caller_number IS 'Number the call came from, as the channel wrote it · 来电号码（渠道原文）';
COMMENT ON COLUMN record_versions.service_number IS 'Number of the subscription, as the channel wrote it · 业务号码（渠道原文）';
COMMENT ON COLUMN record_versions.fixed_line IS 'Fixed line, as the channel wrote it · 固定电话（渠道原文）';
COMMENT ON COLUMN record_versions.email IS 'E-mail, as the channel wrote it · 电子邮箱（渠道原文）';
COMMENT ON COLUMN record_versions.address IS 'Address, as the channel wrote it · 地址（渠道原文）';
COMMENT ON COLUMN record_versions.business_category IS 'Line of business, as the channel wrote it · 行业类别（渠道原文）';
COMMENT ON COLUMN record_versions.account_no IS 'Billing account · 账户号';
COMMENT ON COLUMN record_versions.product IS 'Product line · 产品线';
COMMENT ON COLUMN record_versions.subscription_status IS 'Status of the subscription · 订购状态';
COMMENT ON COLUMN record_versions.monthly_bill IS 'Monthly bill in yuan, as text · 月账单（元），文本';
COMMENT ON COLUMN record_versions.opened_on IS 'Day the subscription was opened, as text · 开通日期，文本';
COMMENT ON COLUMN record_versions.topic IS 'What the ticket is about · 工单主题';
COMMENT ON COLUMN record_versions.solved_at_first IS 'Solved at the first contact: yes or no · 是否首次解决';
COMMENT ON COLUMN record_versions.outlet IS 'Outlet, agent or other place of service · 营业厅、代理商或其他服务点';
COMMENT ON COLUMN record_versions.device IS 'Device · 设备标识';
COMMENT ON COLUMN record_versions.raw IS 'The whole row as delivered, JSON with the channel''s own column names · 整行原文，JSON，渠道自有列名';

INSERT INTO record_versions BY NAME
SELECT * FROM given_record_versions;
