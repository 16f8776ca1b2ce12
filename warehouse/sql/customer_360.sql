-- All there is to know of a customer in one row: who it is, what it holds and pays, how it gets in touch, whom it lives
-- with. Golden values come from customers, sorting from segments; counts are over the whole time known.

CREATE VIEW customer_360 AS
WITH contacts AS (
    SELECT
        customer_id,
        count(*) FILTER (kind = 'ticket') AS ticket_count,
        count(*) FILTER (topic = 'complaint') AS complaint_count,
        count(*) FILTER (NOT solved_at_first) AS unsolved_count,
        count(*) FILTER (kind = 'order') AS order_count,
        max(happened_at) AS last_contact_at,
        arg_max(outlet, (happened_at, record_id)) FILTER (outlet IS NOT NULL) AS last_outlet
    FROM interactions
    GROUP BY customer_id
),
homes AS (
    SELECT customer_id, min(household_id) AS household_id, max(member_count) AS household_size
    FROM households
    GROUP BY customer_id
)
SELECT
    customers.*,
    segments.product_lines,
    segments.subscription_count,
    segments.monthly_bill,
    segments.value_tier,
    segments.channel_use,
    segments.customer_since,
    segments.tenure_years,
    segments.tenure_band,
    homes.household_id,
    homes.household_size,
    coalesce(contacts.ticket_count, 0) AS ticket_count,
    coalesce(contacts.complaint_count, 0) AS complaint_count,
    coalesce(contacts.unsolved_count, 0) AS unsolved_count,
    coalesce(contacts.order_count, 0) AS order_count,
    contacts.last_contact_at,
    contacts.last_outlet
FROM customers
LEFT JOIN segments USING (customer_id)
LEFT JOIN homes USING (customer_id)
LEFT JOIN contacts USING (customer_id)
ORDER BY customers.customer_id;

COMMENT ON VIEW customer_360 IS 'Customer 360°: one row per customer, everything about it · 客户全景：每个客户一行';
COMMENT ON COLUMN customer_360.customer_id IS 'Customer: the durable identity · 客户号：长期不变';
COMMENT ON COLUMN customer_360.entity_type IS 'person or organisation · 个人 person 或企业 organisation';
COMMENT ON COLUMN customer_360.name IS 'Name · 姓名或企业名称';
COMMENT ON COLUMN customer_360.name_pinyin IS 'Name in toneless pinyin, surname first · 姓名拼音（无声调，姓在前）';
COMMENT ON COLUMN customer_360.gender IS 'male or female · 性别：male 男、female 女';
COMMENT ON COLUMN customer_360.birth_date IS 'Birth date · 出生日期';
COMMENT ON COLUMN customer_360.id_type IS 'Kind of identity document · 证件类型';
COMMENT ON COLUMN customer_360.id_number IS 'Number of the identity document, * where masked · 证件号码，掩码处为 *';
COMMENT ON COLUMN customer_360.mobile IS 'Preferred mobile number · 首选手机号码';
COMMENT ON COLUMN customer_360.mobiles IS 'Mobile numbers, 11 digits each, the preferred one first; null: none · 手机号码（11 位）列表，首选号码在前；无则为空';
COMMENT ON COLUMN customer_360.fixed_line IS 'Preferred fixed line: area code and number; the number alone where no channel tells the area code · 首选固定电话：区号与号码，各渠道均未提供区号时只有号码';
COMMENT ON COLUMN customer_360.email IS 'E-mail · 电子邮箱';
COMMENT ON COLUMN customer_360.province IS 'Province · 省';
COMMENT ON COLUMN customer_360.city IS 'City · 市';
COMMENT ON COLUMN customer_360.district IS 'District or county · 区县';
COMMENT ON COLUMN customer_360.address IS 'Address from province to room · 地址（省至室）';
COMMENT ON COLUMN customer_360.record_count IS 'Records of the customer · 记录数';
COMMENT ON COLUMN customer_360.channel_count IS 'Channels the customer is known to · 出现的渠道数';
COMMENT ON COLUMN customer_360.channels IS 'Channels the customer is known to, sorted · 出现的渠道列表';
COMMENT ON COLUMN customer_360.first_seen_at IS 'First time any channel mentioned it · 首次出现时间';
COMMENT ON COLUMN customer_360.last_seen_at IS 'Youngest word on the customer: a row''s own time, or its delivery day where it has none or came more than once · 最近一次提及客户的时间：行内业务时间；无业务时间或多次送达的取交付日';
COMMENT ON COLUMN customer_360.confidence IS 'How sure the weakest link is, 0 to 1 · 最弱关联的可信度，0 到 1';
COMMENT ON COLUMN customer_360.updated_at IS 'When the youngest of the golden values was told, by the same times · 最新的黄金值的告知时间，取法同上';
COMMENT ON COLUMN customer_360.product_lines IS 'Product lines with a subscription that is not closed · 未销户的产品线';
COMMENT ON COLUMN customer_360.subscription_count IS 'Subscriptions that are not closed · 未销户的订购数';
COMMENT ON COLUMN customer_360.monthly_bill IS 'Sum of their monthly bills in yuan · 月账单合计（元）';
COMMENT ON COLUMN customer_360.value_tier IS 'high: top fifth by bill among its entity type, middle: next half, low: the rest, none: no bill · 价值层级：high 同类客户账单前 20%、middle 其后 50%、low 其余、none 无账单';
COMMENT ON COLUMN customer_360.channel_use IS 'self_service: has a login or app; assisted: tickets or orders; both; none · 渠道使用：self_service 自助、assisted 人工、both 两者、none 均无';
COMMENT ON COLUMN customer_360.customer_since IS 'Earliest subscription, or first time any channel mentioned the customer · 最早订购日或首次出现日';
COMMENT ON COLUMN customer_360.tenure_years IS 'Years since then · 在网年数';
COMMENT ON COLUMN customer_360.tenure_band IS 'new: under 1 year, settled: under 5, loyal: under 10, veteran · 在网分层：new 不足 1 年、settled 不足 5 年、loyal 不足 10 年、veteran 10 年及以上';
COMMENT ON COLUMN customer_360.household_id IS 'Household, if the customer shares a home · 家庭编号';
COMMENT ON COLUMN customer_360.household_size IS 'Members of the household · 家庭成员数';
COMMENT ON COLUMN customer_360.ticket_count IS 'Tickets · 工单数';
COMMENT ON COLUMN customer_360.complaint_count IS 'Tickets that are complaints · 投诉工单数';
COMMENT ON COLUMN customer_360.unsolved_count IS 'Tickets not solved at the first contact · 未首次解决的工单数';
COMMENT ON COLUMN customer_360.order_count IS 'Orders at outlets and agents · 受理单数';
COMMENT ON COLUMN customer_360.last_contact_at IS 'Last ticket or order · 最近一次工单或受理时间';
COMMENT ON COLUMN customer_360.last_outlet IS 'Outlet or agent of the last order · 最近受理的营业厅或代理商';
