-- The questions as the desk keeps them: lists as text, and where in the snapshot the rows lie that a page shows.
WITH concerned AS (SELECT item_id, unnest(customer_ids) AS customer_id FROM review_queue),
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
linked AS (
    SELECT concerned.item_id, list(pairs.rowid ORDER BY pairs.rowid) AS links
    FROM pairs
    JOIN crosswalk AS l ON l.record_id = pairs.record_id_l
    JOIN crosswalk AS r ON r.record_id = pairs.record_id_r
    JOIN concerned ON concerned.customer_id = l.customer_id
    JOIN concerned AS other ON other.item_id = concerned.item_id AND other.customer_id = r.customer_id
    JOIN review_queue ON review_queue.item_id = concerned.item_id AND review_queue.kind <> 'contact'
    GROUP BY concerned.item_id
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
    reason_zh
FROM review_queue
JOIN of_items USING (item_id)
LEFT JOIN linked USING (item_id)
ORDER BY item_id
