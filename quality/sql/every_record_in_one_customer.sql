-- A record without a customer, or with more than one.
SELECT records.record_id AS row_id, count(crosswalk.customer_id) AS customers
FROM records LEFT JOIN crosswalk USING (record_id)
GROUP BY records.record_id
HAVING count(crosswalk.customer_id) <> 1
ORDER BY row_id
