-- Who shares a home with these customers, with them included.
SELECT households.household_id, households.customer_id, customers.name, customers.entity_type
FROM households
JOIN customers USING (customer_id)
WHERE households.household_id IN (SELECT household_id FROM households WHERE customer_id IN (SELECT unnest($ids)))
ORDER BY households.household_id, households.customer_id;
