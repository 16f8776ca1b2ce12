-- Every record in its latest version, as delivered and as standardised.

CREATE TABLE records (
    record_id             VARCHAR NOT NULL,
    feed                  VARCHAR NOT NULL,
    source_id             VARCHAR NOT NULL,
    extract               VARCHAR,
    extract_id            VARCHAR,
    line                  BIGINT,
    seen_at               TIMESTAMP,
    happened_at           TIMESTAMP,
    first_seen_at         TIMESTAMP,
    versions              BIGINT,
    name_raw              VARCHAR,
    nickname_raw          VARCHAR,
    username_raw          VARCHAR,
    id_type_raw           VARCHAR,
    id_number_raw         VARCHAR,
    id_last4_raw          VARCHAR,
    gender_raw            VARCHAR,
    birth_date_raw        VARCHAR,
    mobile_raw            VARCHAR,
    contact_phone_raw     VARCHAR,
    caller_number_raw     VARCHAR,
    service_number_raw    VARCHAR,
    fixed_line_raw        VARCHAR,
    email_raw             VARCHAR,
    address_raw           VARCHAR,
    business_category_raw VARCHAR,
    entity_type           VARCHAR,
    name                  VARCHAR,
    surname               VARCHAR,
    name_pinyin           VARCHAR,
    gender                VARCHAR,
    birth_date            DATE,
    id_type               VARCHAR,
    id_number             VARCHAR,
    id_is_valid           BOOLEAN,
    mobiles               VARCHAR[],
    fixed_lines           VARCHAR[],
    masked_mobiles        VARCHAR[],
    email                 VARCHAR,
    province              VARCHAR,
    city                  VARCHAR,
    district              VARCHAR,
    address               VARCHAR,
    registered_in         VARCHAR,
    account_no            VARCHAR,
    product               VARCHAR,
    subscription_status   VARCHAR,
    monthly_bill          VARCHAR,
    opened_on             VARCHAR,
    topic                 VARCHAR,
    solved_at_first       VARCHAR,
    outlet                VARCHAR,
    device                VARCHAR
);

COMMENT ON TABLE records IS 'Record: one row per record of a channel, its latest version, as delivered and as standardised · 记录：每个渠道记录一行，取最新版本，含原文与标准化值';
COMMENT ON COLUMN records.record_id IS 'Record: feed and source id joined by a colon · 记录号：来源与来源内编号以冒号相连';
COMMENT ON COLUMN records.feed IS 'Feed: the channel that delivered it · 来源渠道';
COMMENT ON COLUMN records.source_id IS 'The channel''s own key · 渠道内编号';
COMMENT ON COLUMN records.extract IS 'File, its path below the landing folder · 数据文件在到达目录下的路径';
COMMENT ON COLUMN records.extract_id IS 'SHA-256 of the file; where the same content came again, of its name and day too · 数据文件的 SHA-256；相同内容再次送达时另含文件名与日期';
COMMENT ON COLUMN records.line IS 'Line in the file, from 1 (sheet row, row of a Parquet file) · 文件中的行号，从 1 起';
COMMENT ON COLUMN records.seen_at IS 'Delivery day of the extract that said so · 数据文件的交付日';
COMMENT ON COLUMN records.happened_at IS 'The row''s own time (a ticket, a registration), local · 业务发生时间（当地时间）';
COMMENT ON COLUMN records.first_seen_at IS 'First time any channel mentioned it · 首次出现时间';
COMMENT ON COLUMN records.versions IS 'Versions of the record that were delivered · 已交付的版本数';
COMMENT ON COLUMN records.name_raw IS 'As the channel wrote it: name · 渠道原文：姓名或企业名称';
COMMENT ON COLUMN records.nickname_raw IS 'As the channel wrote it: nickname in an app · 渠道原文：应用内昵称';
COMMENT ON COLUMN records.username_raw IS 'As the channel wrote it: login name · 渠道原文：登录名';
COMMENT ON COLUMN records.id_type_raw IS 'As the channel wrote it: kind of identity document · 渠道原文：证件类型';
COMMENT ON COLUMN records.id_number_raw IS 'As the channel wrote it: number of the identity document · 渠道原文：证件号码';
COMMENT ON COLUMN records.id_last4_raw IS 'As the channel wrote it: last four characters of the identity document · 渠道原文：证件后四位';
COMMENT ON COLUMN records.gender_raw IS 'As the channel wrote it: gender · 渠道原文：性别';
COMMENT ON COLUMN records.birth_date_raw IS 'As the channel wrote it: birth date · 渠道原文：出生日期';
COMMENT ON COLUMN records.mobile_raw IS 'As the channel wrote it: mobile number · 渠道原文：手机号码';
COMMENT ON COLUMN records.contact_phone_raw IS 'As the channel wrote it: number left for calling back · 渠道原文：联系电话';
COMMENT ON COLUMN records.caller_number_raw IS 'As the channel wrote it: number the call came from · 渠道原文：来电号码';
COMMENT ON COLUMN records.service_number_raw IS 'As the channel wrote it: number of the subscription · 渠道原文：业务号码';
COMMENT ON COLUMN records.fixed_line_raw IS 'As the channel wrote it: fixed line · 渠道原文：固定电话';
COMMENT ON COLUMN records.email_raw IS 'As the channel wrote it: e-mail · 渠道原文：电子邮箱';
COMMENT ON COLUMN records.address_raw IS 'As the channel wrote it: address · 渠道原文：地址';
COMMENT ON COLUMN records.business_category_raw IS 'As the channel wrote it: line of business · 渠道原文：行业类别';
COMMENT ON COLUMN records.entity_type IS 'person or organisation · 个人 person 或企业 organisation';
COMMENT ON COLUMN records.name IS 'Name · 姓名或企业名称';
COMMENT ON COLUMN records.surname IS 'Surname · 姓';
COMMENT ON COLUMN records.name_pinyin IS 'Name in toneless pinyin, surname first · 姓名拼音（无声调，姓在前）';
COMMENT ON COLUMN records.gender IS 'male or female · 性别：male 男、female 女';
COMMENT ON COLUMN records.birth_date IS 'Birth date · 出生日期';
COMMENT ON COLUMN records.id_type IS 'Kind of identity document · 证件类型';
COMMENT ON COLUMN records.id_number IS 'Number of the identity document, * where masked · 证件号码，掩码处为 *';
COMMENT ON COLUMN records.id_is_valid IS 'The number is complete and its check digit is right · 号码完整且校验位正确';
COMMENT ON COLUMN records.mobiles IS 'Mobile numbers, 11 digits each · 手机号码（11 位）列表';
COMMENT ON COLUMN records.fixed_lines IS 'Fixed lines: area code and number; the number alone where the channel tells no area code · 固定电话列表：区号与号码，渠道未提供区号时只有号码';
COMMENT ON COLUMN records.masked_mobiles IS 'Mobile numbers with * where masked: compared with others, never a customer''s number · 含掩码 * 的手机号码列表：仅用于比对，不作为客户号码';
COMMENT ON COLUMN records.email IS 'E-mail · 电子邮箱';
COMMENT ON COLUMN records.province IS 'Province · 省';
COMMENT ON COLUMN records.city IS 'City · 市';
COMMENT ON COLUMN records.district IS 'District or county · 区县';
COMMENT ON COLUMN records.address IS 'Address from province to room · 地址（省至室）';
COMMENT ON COLUMN records.registered_in IS 'Where the resident id was issued, from province to district; only where no address is told · 身份证签发地（省至区县，仅在无地址时）';
COMMENT ON COLUMN records.account_no IS 'Billing account · 账户号';
COMMENT ON COLUMN records.product IS 'Product line · 产品线';
COMMENT ON COLUMN records.subscription_status IS 'Status of the subscription · 订购状态';
COMMENT ON COLUMN records.monthly_bill IS 'Monthly bill in yuan, as text · 月账单（元），文本';
COMMENT ON COLUMN records.opened_on IS 'Day the subscription was opened, as text · 开通日期，文本';
COMMENT ON COLUMN records.topic IS 'What the ticket is about · 工单主题';
COMMENT ON COLUMN records.solved_at_first IS 'Solved at the first contact: yes or no · 是否首次解决';
COMMENT ON COLUMN records.outlet IS 'Outlet, agent or other place of service · 营业厅、代理商或其他服务点';
COMMENT ON COLUMN records.device IS 'Device · 设备标识';

INSERT INTO records BY NAME
SELECT * FROM given_records;
