-- Where a customer id that is no longer in use leads. An id stays here for ever, unless
-- it is the same customer's again: its merge was taken back, or a rollback brought it back or had sent it here.

CREATE TABLE customer_redirects (
    customer_id  VARCHAR NOT NULL,
    redirects_to VARCHAR,
    since_run    VARCHAR,
    reason       VARCHAR,
    valid_from   TIMESTAMP NOT NULL,
    valid_to     TIMESTAMP
);

COMMENT ON TABLE customer_redirects IS 'Redirect: one row per time an id was retired, and the customer it leads to · 重定向：客户号每次停用一行，指向现行客户';
COMMENT ON COLUMN customer_redirects.customer_id IS 'An id no longer in use · 已停用的客户号';
COMMENT ON COLUMN customer_redirects.redirects_to IS 'The customer in force; null if none of its records is left · 现行客户号；其记录均已不存在时为空';
COMMENT ON COLUMN customer_redirects.since_run IS 'Run that retired the id · 停用该客户号的运行';
COMMENT ON COLUMN customer_redirects.reason IS 'merged; gone; rolled_back: published by a run that was rolled back; erased: its person was · 原因：merged 合并、gone 消失、rolled_back 所在运行已回退、erased 当事人已被删除';
COMMENT ON COLUMN customer_redirects.valid_from IS 'When the id was retired (UTC) · 停用时间（UTC）';
COMMENT ON COLUMN customer_redirects.valid_to IS 'When the id came back into use (UTC); null while it is retired · 恢复使用的时间（UTC）；停用期间为空';

-- The aim of a redirect moves on when its customer is merged again; since when the id is retired does not.
INSERT INTO customer_redirects BY NAME
WITH before AS (
    SELECT * FROM customer_redirects
    UNION ALL BY NAME
    SELECT * FROM previous.customer_redirects
),
run AS (SELECT run_id, valid_from FROM runs ORDER BY valid_from DESC LIMIT 1)
SELECT given.*, coalesce(before.valid_from, run.valid_from) AS valid_from
FROM given_customer_redirects AS given
CROSS JOIN run
LEFT JOIN before ON before.customer_id = given.customer_id AND before.valid_to IS NULL
UNION ALL BY NAME
SELECT before.* REPLACE (coalesce(before.valid_to, run.valid_from) AS valid_to)
FROM before CROSS JOIN run
WHERE before.valid_to IS NOT NULL OR before.customer_id NOT IN (SELECT customer_id FROM given_customer_redirects)
ORDER BY customer_id, valid_from, redirects_to;
