-- What customers have subscribed to, from the feeds that tell of accounts, status or bills.

CREATE TABLE subscriptions (
    record_id       VARCHAR NOT NULL,
    subscription_id VARCHAR NOT NULL,
    feed            VARCHAR NOT NULL,
    customer_id     VARCHAR,
    account_no      VARCHAR,
    service_number  VARCHAR,
    product         VARCHAR,
    status          VARCHAR,
    monthly_bill    DECIMAL(12, 2),
    opened_on       DATE
);

COMMENT ON TABLE subscriptions IS 'Subscription: one row per subscription, and the customer who holds it · 订购：每个订购一行，及其所属客户';
COMMENT ON COLUMN subscriptions.record_id IS 'Record: feed and source id joined by a colon · 记录号：来源与来源内编号以冒号相连';
COMMENT ON COLUMN subscriptions.subscription_id IS 'The subscription''s number in its system · 订购编号';
COMMENT ON COLUMN subscriptions.feed IS 'Feed: the channel that delivered it · 来源渠道';
COMMENT ON COLUMN subscriptions.customer_id IS 'Customer: the durable identity · 客户号：长期不变';
COMMENT ON COLUMN subscriptions.account_no IS 'Billing account · 账户号';
COMMENT ON COLUMN subscriptions.service_number IS 'Number of the subscription, as the channel wrote it · 业务号码（渠道原文）';
COMMENT ON COLUMN subscriptions.product IS 'Product line · 产品线';
COMMENT ON COLUMN subscriptions.status IS 'Status: active, suspended, closed · 状态：active 在用、suspended 停机、closed 销户';
COMMENT ON COLUMN subscriptions.monthly_bill IS 'Monthly bill in yuan · 月账单（元）';
COMMENT ON COLUMN subscriptions.opened_on IS 'Day it was opened · 开通日期';

INSERT INTO subscriptions BY NAME
SELECT
    records.record_id,
    records.source_id AS subscription_id,
    records.feed,
    crosswalk.customer_id,
    records.account_no,
    records.service_number_raw AS service_number,
    records.product,
    records.subscription_status AS status,
    try_cast(records.monthly_bill AS DECIMAL(12, 2)) AS monthly_bill,
    try_cast(records.opened_on AS DATE) AS opened_on
FROM given_records AS records
LEFT JOIN crosswalk USING (record_id)
WHERE records.account_no IS NOT NULL OR records.subscription_status IS NOT NULL OR records.monthly_bill IS NOT NULL
ORDER BY records.record_id;
