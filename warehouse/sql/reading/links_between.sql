-- The strongest link between two groups of records, as it is known now.
SELECT score, list_transform(list_filter(evidence, lambda each: each.weight > 1 AND each.field <> 'prior'), lambda each: each.field) AS fields
FROM pairs
WHERE (record_id_l IN (SELECT unnest($1::VARCHAR[])) AND record_id_r IN (SELECT unnest($2::VARCHAR[])))
    OR (record_id_r IN (SELECT unnest($1::VARCHAR[])) AND record_id_l IN (SELECT unnest($2::VARCHAR[])))
ORDER BY score DESC, record_id_l, record_id_r
LIMIT 1
