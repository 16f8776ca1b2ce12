-- A customer from run to run: how many records he had, and who was led to him: merged into him, or otherwise.
SELECT valid_from AS happened_at, 'known' AS what, from_run AS run_id, record_count, NULL AS other
FROM customer_history
WHERE customer_id = $id
UNION ALL
SELECT valid_from, CASE reason WHEN 'merged' THEN 'merged' ELSE 'led_here' END, since_run, NULL, customer_id
FROM customer_redirects
WHERE redirects_to = $id AND valid_to IS NULL
ORDER BY happened_at DESC, what, other
LIMIT 100;
