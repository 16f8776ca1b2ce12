-- A customer or a record whose open interval in the history is not what the tables say.
SELECT customer_id AS row_id
FROM (
    SELECT * EXCLUDE (valid_from, valid_to, from_run, to_run) FROM customer_history WHERE valid_to IS NULL
    EXCEPT SELECT * FROM customers
)
UNION ALL
SELECT record_id AS row_id
FROM (
    SELECT record_id, customer_id FROM crosswalk
    EXCEPT SELECT record_id, customer_id FROM crosswalk_history WHERE valid_to IS NULL
)
ORDER BY row_id
