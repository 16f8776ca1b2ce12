-- Some golden customers.
SELECT * FROM customers WHERE customer_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY customer_id
