-- Pairs of records whose answer is beyond doubt: the model is sure and one valid number stands on both, or two people
-- of one name have valid numbers with other birth dates. Only customers that no question is about; drawn by hash, so
-- that every run draws alike.
WITH in_question AS (SELECT DISTINCT unnest(customer_ids) AS customer_id FROM review_queue),
numbered AS (
    SELECT records.record_id, records.feed, records.name, records.id_number, records.birth_date, crosswalk.customer_id
    FROM records
    JOIN crosswalk USING (record_id)
    WHERE records.id_is_valid AND records.entity_type = 'person' AND records.name IS NOT NULL
),
of_one_number AS (
    SELECT customer_id
    FROM numbered
    GROUP BY customer_id
    HAVING count(DISTINCT id_number) = 1
),
clear AS (SELECT * FROM numbered SEMI JOIN of_one_number USING (customer_id) ANTI JOIN in_question USING (customer_id)),
surely_one AS (
    SELECT pairs.record_id_l, pairs.record_id_r
    FROM pairs
    JOIN clear AS l ON l.record_id = pairs.record_id_l
    JOIN clear AS r ON r.record_id = pairs.record_id_r
    WHERE pairs.band = 'match' AND pairs.probability >= $sure
        AND l.customer_id = r.customer_id AND l.id_number = r.id_number AND l.feed <> r.feed
    QUALIFY row_number() OVER (PARTITION BY l.customer_id ORDER BY md5(pairs.record_id_l || pairs.record_id_r)) = 1
    ORDER BY md5(pairs.record_id_l || pairs.record_id_r)
    LIMIT $each
),
namesakes AS (
    SELECT
        record_id AS one,
        birth_date AS born,
        customer_id,
        lead(record_id) OVER by_name AS other,
        lead(birth_date) OVER by_name AS other_born,
        lead(customer_id) OVER by_name AS other_customer
    FROM (FROM clear QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY record_id) = 1)
    WINDOW by_name AS (PARTITION BY name ORDER BY md5(record_id))
),
surely_two AS (
    SELECT least(one, other) AS record_id_l, greatest(one, other) AS record_id_r
    FROM namesakes
    WHERE customer_id <> other_customer AND born <> other_born
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY other) = 1
    ORDER BY md5(one || other)
    LIMIT $each
)
SELECT record_id_l, record_id_r, 'same' AS known FROM surely_one
UNION ALL
SELECT record_id_l, record_id_r, 'different' AS known FROM surely_two
ORDER BY record_id_l, record_id_r;
