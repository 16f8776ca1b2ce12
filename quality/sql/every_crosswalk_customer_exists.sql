-- A crosswalk row whose customer or record does not exist, or a customer without a record.
SELECT record_id AS row_id
FROM crosswalk
WHERE customer_id NOT IN (SELECT customer_id FROM customers) OR record_id NOT IN (SELECT record_id FROM records)
UNION ALL
SELECT customer_id AS row_id
FROM customers
WHERE customer_id NOT IN (SELECT customer_id FROM crosswalk WHERE customer_id IS NOT NULL)
ORDER BY row_id
