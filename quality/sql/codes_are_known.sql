-- A category that a code list did not translate: our own labels are lower-case Latin words.
SELECT extract || ':' || line AS row_id
FROM landed
WHERE NOT regexp_full_match(concat(id_type, gender, product, subscription_status, topic, solved_at_first), '[a-z0-9_]*')
ORDER BY row_id
