-- The questions as the desk keeps them: lists as text, and where in the snapshot the rows lie that a page shows.
-- Beside those of the review queue the ones whose answer is known, which look like any other question about two records.
WITH again AS (
    SELECT l AS record_id_l, r AS record_id_r, known
    FROM (SELECT unnest($record_ids_l) AS l, unnest($record_ids_r) AS r, unnest($known) AS known)
),
planted AS (
    SELECT
        md5('known' || chr(10) || again.record_id_l || chr(10) || again.record_id_r) AS item_id,
        md5('pair' || chr(10) || again.record_id_l || chr(10) || again.record_id_r) AS asks_again,
        again.known,
        [again.record_id_l, again.record_id_r] AS record_ids,
        list_sort(list_distinct([l.customer_id, r.customer_id])) AS customer_ids,
        list_sort(list_distinct([l.feed, r.feed])) AS feeds,
        pairs.score,
        coalesce(array_to_string([
            told.field || ':' || told.level FOR told IN pairs.evidence IF told.field <> 'prior'
        ], ' '), '') AS pattern,
        why_asked(pairs.score, pairs.evidence) AS reason,
        why_asked_zh(pairs.score, pairs.evidence) AS reason_zh
    FROM again
    JOIN crosswalk AS l ON l.record_id = again.record_id_l
    JOIN crosswalk AS r ON r.record_id = again.record_id_r
    LEFT JOIN pairs ON pairs.record_id_l = again.record_id_l AND pairs.record_id_r = again.record_id_r
    WHERE NOT EXISTS (
        FROM review_queue
        WHERE review_queue.kind = 'pair'
            AND list_sort(review_queue.record_ids) = list_sort([again.record_id_l, again.record_id_r])
    )
),
owning AS (
    SELECT customer_id, count(*) AS subscriptions, coalesce(sum(monthly_bill), 0) AS bill
    FROM subscriptions
    WHERE customer_id IN (SELECT unnest(customer_ids) FROM planted)
    GROUP BY customer_id
),
weighed AS (
    SELECT
        item_id,
        sum(customers.record_count)::BIGINT AS records_touched,
        coalesce(sum(owning.subscriptions), 0)::BIGINT AS subscriptions_touched,
        coalesce(sum(owning.bill), 0) AS monthly_bill_touched,
        list_sort(list(DISTINCT concat_ws(' ', customers.province, customers.city))
            FILTER (customers.province IS NOT NULL)) AS regions
    FROM (SELECT item_id, unnest(customer_ids) AS customer_id FROM planted)
    JOIN customers USING (customer_id)
    LEFT JOIN owning USING (customer_id)
    GROUP BY item_id
),
asked AS (
    SELECT
        item_id, kind, record_ids, customer_ids, contact, score, impact, teaches, records_touched,
        subscriptions_touched, monthly_bill_touched, settles, pattern, feeds, regions, reason, reason_zh
    FROM review_queue
    UNION ALL BY NAME
    SELECT
        planted.*,
        'pair' AS kind,
        records_touched + subscriptions_touched + monthly_bill_touched / 50 AS impact,
        0 AS teaches,
        records_touched,
        subscriptions_touched,
        monthly_bill_touched,
        0 AS settles,
        coalesce(regions, []) AS regions
    FROM planted
    JOIN weighed USING (item_id)
),
concerned AS (SELECT item_id, unnest(customer_ids) AS customer_id FROM asked),
lying AS (
    SELECT crosswalk.customer_id, records.rowid AS place, records.record_id
    FROM crosswalk
    JOIN records USING (record_id)
    WHERE crosswalk.customer_id IN (SELECT customer_id FROM concerned)
),
members AS (SELECT customer_id, list(place ORDER BY record_id) AS places FROM lying GROUP BY customer_id),
of_items AS (
    SELECT item_id, list(struct_pack(customer_id, places) ORDER BY customer_id) AS members
    FROM concerned JOIN members USING (customer_id)
    GROUP BY item_id
),
of_two AS (SELECT item_id, unnest(customer_ids) AS customer_id FROM asked WHERE kind <> 'contact'),
sought AS MATERIALIZED (
    SELECT l.customer_id AS one, r.customer_id AS other, item_id
    FROM of_two AS l
    JOIN of_two AS r USING (item_id)
),
own AS MATERIALIZED (
    SELECT record_id, customer_id
    FROM crosswalk
    WHERE customer_id IN (SELECT one FROM sought)
),
-- First the pairs between records of customers in question, then whose question: left to itself DuckDB holds all pairs
-- against all questions, which takes four times as long.
linking AS MATERIALIZED (
    SELECT pairs.rowid AS link, l.customer_id AS one, r.customer_id AS other
    FROM pairs
    JOIN own AS l ON l.record_id = pairs.record_id_l
    JOIN own AS r ON r.record_id = pairs.record_id_r
),
linked AS (
    SELECT item_id, list(link ORDER BY link) AS links
    FROM linking
    JOIN sought USING (one, other)
    GROUP BY item_id
)
SELECT
    item_id,
    kind,
    record_ids,
    to_json(customer_ids)::VARCHAR AS customer_ids,
    to_json(struct_pack(contact, members := of_items.members, links := coalesce(linked.links, [])))::VARCHAR AS places,
    score,
    impact AS worth,
    teaches,
    records_touched,
    subscriptions_touched,
    monthly_bill_touched::DOUBLE AS monthly_bill_touched,
    settles,
    pattern,
    '|' || array_to_string(feeds, '|') || '|' AS feeds,
    '|' || array_to_string(regions, '|') || '|' AS regions,
    reason,
    reason_zh,
    known,
    asks_again
FROM asked
JOIN of_items USING (item_id)
LEFT JOIN linked USING (item_id)
ORDER BY item_id
