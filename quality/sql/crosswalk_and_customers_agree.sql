-- A crosswalk row whose customer or record does not exist, or a customer without a record.
SELECT record_id AS row_id FROM crosswalk ANTI JOIN customers USING (customer_id)
UNION ALL
SELECT record_id AS row_id FROM crosswalk ANTI JOIN records USING (record_id)
UNION ALL
SELECT customer_id AS row_id FROM customers ANTI JOIN crosswalk USING (customer_id)
ORDER BY row_id
