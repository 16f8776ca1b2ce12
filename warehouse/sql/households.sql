-- Customers who share a home.

CREATE TABLE households (
    household_id VARCHAR NOT NULL,
    customer_id  VARCHAR NOT NULL,
    address      VARCHAR,
    member_count BIGINT
);

COMMENT ON TABLE households IS 'Household member: one row per customer who shares a home with another · 家庭成员：与他人同住的客户，每人一行';
COMMENT ON COLUMN households.household_id IS 'Household · 家庭编号';
COMMENT ON COLUMN households.customer_id IS 'Customer: the durable identity · 客户号：长期不变';
COMMENT ON COLUMN households.address IS 'Shared address · 共同地址';
COMMENT ON COLUMN households.member_count IS 'Members of the household · 家庭成员数';

INSERT INTO households BY NAME
SELECT * FROM given_households;
