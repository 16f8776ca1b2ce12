-- What a steward could answer: pairs in the middle band, and customers that contradict themselves.

CREATE TABLE review_queue (
    item_id              VARCHAR NOT NULL,
    kind                 VARCHAR NOT NULL,
    record_ids           VARCHAR[] NOT NULL,
    customer_ids         VARCHAR[] NOT NULL,
    score                DOUBLE,
    impact               DOUBLE NOT NULL,
    records_touched      BIGINT NOT NULL,
    monthly_bill_touched DECIMAL(38, 2) NOT NULL,
    reason               VARCHAR NOT NULL,
    reason_zh            VARCHAR NOT NULL
);

COMMENT ON TABLE review_queue IS 'Review queue: one row per question a steward could answer · 待审队列：每个待管理员回答的问题一行';
COMMENT ON COLUMN review_queue.item_id IS 'Question; the same in every run · 问题编号；各次运行不变';
COMMENT ON COLUMN review_queue.kind IS 'pair or cluster · 类型：pair 记录对、cluster 客户';
COMMENT ON COLUMN review_queue.record_ids IS 'Records in question · 相关记录号';
COMMENT ON COLUMN review_queue.customer_ids IS 'Customers in question · 相关客户号';
COMMENT ON COLUMN review_queue.score IS 'Score of the pair, or of the link in question · 该对或存疑关联的评分';
COMMENT ON COLUMN review_queue.impact IS 'Records touched plus a fiftieth of the yuan billed a month: what an answer is worth · 影响：涉及记录数加月账单（元）的五十分之一';
COMMENT ON COLUMN review_queue.records_touched IS 'Records of these customers · 涉及的记录数';
COMMENT ON COLUMN review_queue.monthly_bill_touched IS 'Their monthly bills in yuan · 涉及的月账单（元）';
COMMENT ON COLUMN review_queue.reason IS 'Why it is asked · 提问原因（英文）';
COMMENT ON COLUMN review_queue.reason_zh IS 'Why it is asked, in Chinese · 提问原因（中文）';

-- Two customers are one question, asked about their best pair; once any pair of theirs is judged it is not asked again.
INSERT INTO review_queue BY NAME
WITH bills AS (
    SELECT customer_id, sum(monthly_bill) AS bill
    FROM subscriptions
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
),
judged AS (
    SELECT DISTINCT least(l.customer_id, r.customer_id) AS one, greatest(l.customer_id, r.customer_id) AS other
    FROM given_judgements AS judgements
    JOIN crosswalk AS l ON l.record_id = judgements.record_id_l
    JOIN crosswalk AS r ON r.record_id = judgements.record_id_r
),
between_customers AS (
    SELECT
        pairs.record_id_l,
        pairs.record_id_r,
        pairs.score,
        least(l.customer_id, r.customer_id) AS one,
        greatest(l.customer_id, r.customer_id) AS other
    FROM pairs
    JOIN crosswalk AS l ON l.record_id = pairs.record_id_l
    JOIN crosswalk AS r ON r.record_id = pairs.record_id_r
    WHERE pairs.band = 'review' AND l.customer_id <> r.customer_id
    QUALIFY row_number() OVER (PARTITION BY one, other ORDER BY pairs.score DESC, pairs.record_id_l, pairs.record_id_r) = 1
),
contradicting AS (
    SELECT crosswalk.customer_id
    FROM records JOIN crosswalk USING (record_id)
    WHERE records.id_is_valid
    GROUP BY crosswalk.customer_id
    HAVING count(DISTINCT records.id_number) > 1
),
clusters AS (
    SELECT crosswalk.customer_id, questions.score, questions.reason
    FROM given_questions AS questions
    JOIN crosswalk ON crosswalk.record_id = questions.cluster
    UNION ALL
    SELECT customer_id, NULL AS score, 'two_ids' AS reason FROM contradicting
),
reasons (reason, says, says_zh) AS (
    VALUES
        ('two_ids', 'Records with different valid identity numbers are one customer', '同一客户含有不同的有效证件号码'),
        ('weak_bridge', 'Two groups of records hang together by a weak link', '两组记录仅由较弱的关联连接'),
        ('oversized', 'More records than one customer usually has', '记录数超出单个客户的通常范围'),
        ('contradiction', 'Records of one customer contradict each other', '同一客户的记录相互矛盾')
),
members AS (SELECT customer_id, list(record_id ORDER BY record_id) AS record_ids FROM crosswalk GROUP BY customer_id),
asked AS (
    SELECT
        'pair' AS kind,
        [record_id_l, record_id_r] AS record_ids,
        [one, other] AS customer_ids,
        score,
        'These two records may be one customer: the evidence does not decide' AS reason,
        '两条记录可能为同一客户：证据不足以判定' AS reason_zh
    FROM between_customers ANTI JOIN judged USING (one, other)
    UNION ALL BY NAME
    SELECT
        'cluster' AS kind,
        members.record_ids,
        [customer_id] AS customer_ids,
        clusters.score,
        coalesce(reasons.says, clusters.reason) AS reason,
        coalesce(reasons.says_zh, clusters.reason) AS reason_zh
    FROM clusters
    JOIN members USING (customer_id)
    LEFT JOIN reasons ON reasons.reason = clusters.reason
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY clusters.reason, clusters.score) = 1
),
items AS (
    -- A pair is known by its records, a customer by its first record.
    SELECT
        md5(kind || chr(10) || CASE kind WHEN 'pair' THEN array_to_string(record_ids, chr(10)) ELSE record_ids[1] END)
            AS item_id,
        asked.*
    FROM asked
),
touched AS (
    SELECT
        concerned.item_id,
        sum(len(members.record_ids))::BIGINT AS records_touched,
        coalesce(sum(bills.bill), 0) AS monthly_bill_touched
    FROM (SELECT item_id, unnest(customer_ids) AS customer_id FROM items) AS concerned
    JOIN members USING (customer_id)
    LEFT JOIN bills USING (customer_id)
    GROUP BY concerned.item_id
)
SELECT
    items.*,
    touched.records_touched,
    touched.monthly_bill_touched,
    round(touched.records_touched + touched.monthly_bill_touched / 50, 2) AS impact
FROM items JOIN touched USING (item_id)
ORDER BY impact DESC, item_id;
