-- What a steward could answer: pairs in the middle band, customers that contradict themselves, numbers that many share.

CREATE TABLE review_queue (
    item_id               VARCHAR NOT NULL,
    kind                  VARCHAR NOT NULL,
    record_ids            VARCHAR[] NOT NULL,
    customer_ids          VARCHAR[] NOT NULL,
    contact               VARCHAR,
    score                 DOUBLE,
    impact                DOUBLE NOT NULL,
    records_touched       BIGINT NOT NULL,
    subscriptions_touched BIGINT NOT NULL,
    monthly_bill_touched  DECIMAL(38, 2) NOT NULL,
    settles               BIGINT NOT NULL,
    teaches               DOUBLE NOT NULL,
    pattern               VARCHAR NOT NULL,
    feeds                 VARCHAR[] NOT NULL,
    regions               VARCHAR[] NOT NULL,
    reason                VARCHAR NOT NULL,
    reason_zh             VARCHAR NOT NULL
);

COMMENT ON TABLE review_queue IS 'Review queue: one row per question a steward could answer · 待审队列：每个待管理员回答的问题一行';
COMMENT ON COLUMN review_queue.item_id IS 'Question; the same in every run · 问题编号；各次运行不变';
COMMENT ON COLUMN review_queue.kind IS 'pair, cluster or contact · 类型：pair 记录对、cluster 客户、contact 共用号码';
COMMENT ON COLUMN review_queue.record_ids IS 'Records in question · 相关记录号';
COMMENT ON COLUMN review_queue.customer_ids IS 'Customers in question · 相关客户号';
COMMENT ON COLUMN review_queue.contact IS 'Number in question, where it is one · 相关号码（仅共用号码类）';
COMMENT ON COLUMN review_queue.score IS 'Score of the pair, or of the link in question · 该对或存疑关联的评分';
COMMENT ON COLUMN review_queue.impact IS 'What an answer is worth: records and subscriptions touched and a fiftieth of the yuan billed a month, times one more than the questions it settles, times how likely it changes what is published · 影响：（涉及记录数＋订购数＋月账单元数的五十分之一）×（1＋可一并解决的问题数）×答案改变结果的可能性';
COMMENT ON COLUMN review_queue.records_touched IS 'Records of these customers · 涉及的记录数';
COMMENT ON COLUMN review_queue.subscriptions_touched IS 'Subscriptions of these customers · 涉及的订购数';
COMMENT ON COLUMN review_queue.monthly_bill_touched IS 'Their monthly bills in yuan · 涉及的月账单（元）';
COMMENT ON COLUMN review_queue.settles IS 'Other questions that the answer settles or that hang on it · 回答后可一并解决的其他问题数';
COMMENT ON COLUMN review_queue.teaches IS 'How much an answer would teach the weights · 回答对模型权重的学习价值';
COMMENT ON COLUMN review_queue.pattern IS 'How the pair agrees, field by field; questions of one pattern are alike · 各字段的一致程度；同一模式的问题相似';
COMMENT ON COLUMN review_queue.feeds IS 'Feeds of the records in question · 相关记录的来源渠道';
COMMENT ON COLUMN review_queue.regions IS 'Provinces and cities of the customers in question · 相关客户所在省市';
COMMENT ON COLUMN review_queue.reason IS 'Why it is asked · 提问原因（英文）';
COMMENT ON COLUMN review_queue.reason_zh IS 'Why it is asked, in Chinese · 提问原因（中文）';

-- Two customers are one question, asked about their best pair; once any pair of theirs is judged it is not asked again.
INSERT INTO review_queue BY NAME
WITH held AS (
    SELECT customer_id, count(*) AS subscriptions, coalesce(sum(monthly_bill), 0) AS bill
    FROM subscriptions
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
),
said AS (
    SELECT record_id_l, record_id_r FROM given_judgements
    UNION
    SELECT record_ids[1], record_ids[2] FROM given_answered WHERE kind = 'pair'
),
judged AS (
    SELECT DISTINCT least(l.customer_id, r.customer_id) AS one, greatest(l.customer_id, r.customer_id) AS other
    FROM said
    JOIN crosswalk AS l ON l.record_id = said.record_id_l
    JOIN crosswalk AS r ON r.record_id = said.record_id_r
),
between_customers AS (
    -- A pair that was drawn by lot stands for its customers; within one customer every drawn pair is asked about.
    SELECT
        asked.record_id_l,
        asked.record_id_r,
        asked.score,
        asked.probability,
        asked.teaches,
        asked.reason = 'sampled' AS is_drawn,
        pairs.evidence,
        pairs.score AS own_score,
        least(l.customer_id, r.customer_id) AS one,
        greatest(l.customer_id, r.customer_id) AS other
    FROM given_questions AS asked
    JOIN crosswalk AS l ON l.record_id = asked.record_id_l
    JOIN crosswalk AS r ON r.record_id = asked.record_id_r
    LEFT JOIN pairs ON pairs.record_id_l = asked.record_id_l AND pairs.record_id_r = asked.record_id_r
    WHERE asked.reason = 'sampled' OR l.customer_id <> r.customer_id
    QUALIFY row_number() OVER (
        PARTITION BY one, other, CASE WHEN one = other THEN asked.record_id_l || chr(10) || asked.record_id_r END
        ORDER BY is_drawn DESC, asked.score DESC, asked.record_id_l, asked.record_id_r
    ) = 1
),
numbered AS (
    SELECT crosswalk.customer_id, list(DISTINCT records.id_number) AS numbers
    FROM records JOIN crosswalk USING (record_id)
    WHERE records.id_is_valid
    GROUP BY crosswalk.customer_id
    HAVING count(DISTINCT records.id_number) > 1
),
called_one AS (
    SELECT l.id_number AS one, r.id_number AS other
    FROM given_judgements AS said
    JOIN records AS l ON l.record_id = said.record_id_l
    JOIN records AS r ON r.record_id = said.record_id_r
    WHERE said.verdict = 'same'
),
contradicting AS (
    -- Whoever said that records with two such numbers are one customer's has looked at them, and is not asked again.
    SELECT DISTINCT one.customer_id
    FROM (SELECT customer_id, unnest(numbers) AS number FROM numbered) AS one
    JOIN (SELECT customer_id, unnest(numbers) AS number FROM numbered) AS other
        ON other.customer_id = one.customer_id AND other.number > one.number
    ANTI JOIN called_one
        ON least(called_one.one, called_one.other) = one.number
        AND greatest(called_one.one, called_one.other) = other.number
),
clusters AS (
    SELECT crosswalk.customer_id, questions.score, questions.reason
    FROM given_questions AS questions
    JOIN crosswalk ON crosswalk.record_id = questions.cluster  -- none where the question is about two records
    UNION ALL
    SELECT customer_id, NULL AS score, 'two_ids' AS reason FROM contradicting
),
reasons (reason, says, says_zh) AS (
    VALUES
        ('two_ids', 'Records with different valid document numbers are one customer', '同一客户含有不同的有效证件号码'),
        ('weak_bridge', 'Two groups of records hang together by a weak link', '两组记录仅由较弱的关联连接'),
        ('oversized', 'More records than one customer usually has', '记录数超出单个客户的通常范围'),
        ('contradiction', 'Records of one customer contradict each other', '同一客户的记录相互矛盾')
),
members AS (
    SELECT customer_id, list(record_id ORDER BY record_id) AS record_ids
    FROM crosswalk SEMI JOIN clusters USING (customer_id)
    GROUP BY customer_id
),
sizes AS (SELECT customer_id, count(*) AS records FROM crosswalk GROUP BY customer_id),
asked AS (
    SELECT
        'pair' AS kind,
        [record_id_l, record_id_r] AS record_ids,
        CASE WHEN one = other THEN [one] ELSE [one, other] END AS customer_ids,
        NULL AS contact,
        score,
        probability,
        teaches,
        is_drawn,
        coalesce(
            array_to_string([told.field || ':' || told.level FOR told IN evidence IF told.field <> 'prior'], ' '), ''
        ) AS pattern,
        why_asked(coalesce(own_score, score), evidence) AS reason,
        why_asked_zh(coalesce(own_score, score), evidence) AS reason_zh
    FROM between_customers
    WHERE NOT EXISTS (FROM judged WHERE judged.one = between_customers.one AND judged.other = between_customers.other)
        OR (one = other AND NOT EXISTS (
            FROM said
            WHERE said.record_id_l = between_customers.record_id_l AND said.record_id_r = between_customers.record_id_r
        ))
    UNION ALL BY NAME
    SELECT
        'cluster' AS kind,
        members.record_ids,
        [customer_id] AS customer_ids,
        clusters.score,
        coalesce(clusters.reason, '') AS pattern,
        coalesce(reasons.says, clusters.reason) AS reason,
        coalesce(reasons.says_zh, clusters.reason) AS reason_zh
    FROM clusters
    JOIN members USING (customer_id)
    LEFT JOIN reasons ON reasons.reason = clusters.reason
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY clusters.reason, clusters.score) = 1
    UNION ALL BY NAME
    SELECT
        'contact' AS kind,
        record_ids,
        customer_ids,
        contact,
        CASE WHEN outlet IS NULL THEN 'shared' ELSE 'outlet' END AS pattern,
        CASE
            WHEN outlet IS NULL THEN len(customer_ids) || ' customers give the same number: is it theirs?'
            ELSE len(customer_ids) || ' customers give one number, nearly all through one outlet: is it the outlet''s?'
        END AS reason,
        CASE
            WHEN outlet IS NULL THEN len(customer_ids) || ' 个客户登记了同一号码：是否为其本人号码？'
            ELSE len(customer_ids) || ' 个客户登记了同一号码，且几乎都经同一网点：是否为该网点号码？'
        END AS reason_zh
    FROM given_contacts
),
items AS (
    -- A pair is known by its records, a customer and a number by their first record and how many come before them there.
    SELECT
        md5(kind || chr(10) || CASE
            WHEN kind = 'pair' THEN array_to_string(record_ids, chr(10))
            WHEN kind = 'cluster' THEN record_ids[1]
            ELSE record_ids[1] || chr(10) || row_number() OVER (PARTITION BY kind, record_ids[1] ORDER BY contact)
        END) AS item_id,
        asked.*
    FROM asked
),
open_items AS (
    -- An answered customer is asked about again only once other records have come to it.
    SELECT items.*
    FROM items
    LEFT JOIN given_answered AS answered USING (item_id)
    WHERE answered.item_id IS NULL OR (items.kind = 'cluster' AND NOT list_has_all(answered.record_ids, items.record_ids))
),
concerned AS (SELECT item_id, kind, unnest(customer_ids) AS customer_id FROM open_items),
between_two AS (SELECT customer_ids[1] AS one, customer_ids[2] AS other, item_id FROM open_items WHERE kind = 'pair'),
ends AS (
    SELECT item_id, one AS customer_id, other AS opposite FROM between_two
    UNION ALL
    SELECT item_id, other, one FROM between_two
),
settled AS (
    -- A pair: the third customers that both are asked about, who are then asked about once. Else: pairs of its customers.
    SELECT item.item_id, count(*) AS settles
    FROM between_two AS item
    JOIN ends AS l ON l.customer_id = item.one
    JOIN ends AS r ON r.customer_id = item.other AND r.opposite = l.opposite
    GROUP BY item.item_id
    UNION ALL
    SELECT concerned.item_id, count(*) AS settles
    FROM concerned
    JOIN between_two ON between_two.one = concerned.customer_id
    LEFT JOIN concerned AS second ON second.item_id = concerned.item_id AND second.customer_id = between_two.other
    WHERE concerned.kind = 'cluster' OR (concerned.kind = 'contact' AND second.item_id IS NOT NULL)
    GROUP BY concerned.item_id
),
touched AS (
    SELECT
        concerned.item_id,
        sum(sizes.records)::BIGINT AS records_touched,
        coalesce(sum(held.subscriptions), 0)::BIGINT AS subscriptions_touched,
        coalesce(sum(held.bill), 0) AS monthly_bill_touched,
        list_sort(list(DISTINCT concat_ws(' ', customers.province, customers.city))
            FILTER (customers.province IS NOT NULL)) AS regions
    FROM concerned
    JOIN sizes USING (customer_id)
    JOIN customers USING (customer_id)
    LEFT JOIN held USING (customer_id)
    GROUP BY concerned.item_id
),
fed AS (
    SELECT item_id, list_sort(list(DISTINCT crosswalk.feed)) AS feeds
    FROM (SELECT item_id, unnest(record_ids) AS record_id FROM open_items)
    JOIN crosswalk USING (record_id)
    GROUP BY item_id
),
weighed AS (
    SELECT
        open_items.*,
        touched.records_touched,
        touched.subscriptions_touched,
        touched.monthly_bill_touched,
        coalesce(settled.settles, 0) AS settles,
        fed.feeds,
        coalesce(touched.regions, []) AS regions,
        round(
            (touched.records_touched + touched.subscriptions_touched + touched.monthly_bill_touched / 50)
            * (1 + coalesce(settled.settles, 0))
            * least(2 * coalesce(open_items.probability, 0.5), 1),
            2
        ) AS impact
    FROM open_items
    JOIN touched USING (item_id)
    JOIN fed USING (item_id)
    LEFT JOIN settled USING (item_id)
),
ordered AS (
    SELECT
        weighed.*,
        row_number() OVER (PARTITION BY coalesce(is_drawn, FALSE) ORDER BY impact DESC, item_id) AS place,
        row_number() OVER (PARTITION BY coalesce(is_drawn, FALSE) ORDER BY item_id) AS lot
    FROM weighed
),
ordinary AS (SELECT place, impact FROM ordered WHERE is_drawn IS DISTINCT FROM TRUE),
lowest AS (SELECT coalesce(max(place), 0) AS place, coalesce(min(impact), 0) AS impact FROM ordinary)
-- Every fourth question is one that was drawn by lot, as long as there are such.
SELECT
    ordered.* EXCLUDE (probability, teaches, is_drawn, place, lot, impact),
    coalesce(ordered.teaches, 0) AS teaches,
    CASE WHEN is_drawn THEN coalesce(ordinary.impact, lowest.impact) ELSE ordered.impact END AS impact
FROM ordered
CROSS JOIN lowest
LEFT JOIN ordinary ON ordered.is_drawn AND ordinary.place = ordered.lot * 3
ORDER BY impact DESC, item_id;
