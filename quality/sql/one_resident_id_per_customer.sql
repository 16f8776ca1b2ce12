-- Two different valid resident ids are two persons; only a steward may say otherwise.
SELECT crosswalk.customer_id AS row_id, count(DISTINCT records.id_number) AS ids
FROM records JOIN crosswalk USING (record_id)
WHERE records.id_is_valid AND regexp_full_match(records.id_number, '[1-8][0-9]{16}[0-9X]')
GROUP BY crosswalk.customer_id
HAVING count(DISTINCT records.id_number) > 1 AND NOT coalesce(bool_or(crosswalk.linked_by = 'judgement'), false)
ORDER BY row_id
