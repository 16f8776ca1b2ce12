-- What a list shows of the golden customers with these ids.
SELECT customer_id, entity_type, name, id_number, mobile, city, record_count
FROM customers
WHERE customer_id IN (SELECT unnest($ids));
