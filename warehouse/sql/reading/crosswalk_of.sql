-- The crosswalk of some customers.
SELECT * FROM crosswalk WHERE customer_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY record_id
