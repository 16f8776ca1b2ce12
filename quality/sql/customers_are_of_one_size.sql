-- One customer with hundreds of records is more likely many customers that hang together by a shared value.
SELECT customer_id AS row_id, record_count
FROM customers
WHERE record_count > 200
ORDER BY row_id
