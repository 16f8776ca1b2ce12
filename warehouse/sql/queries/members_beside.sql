-- The records of the customers that hold these records, with whose they are.
SELECT record_id, customer_id
FROM crosswalk
WHERE customer_id IN (SELECT customer_id FROM crosswalk WHERE record_id IN (SELECT unnest($ids)))
ORDER BY record_id;
