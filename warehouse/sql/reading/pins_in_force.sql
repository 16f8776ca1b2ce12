-- The last value that a steward set for a customer's attribute, of those set until a moment; a null value unpins.
SELECT customer_id, attribute, value, who, at
FROM pins
WHERE id IN (SELECT max(id) FROM pins WHERE :until IS NULL OR at <= :until GROUP BY customer_id, attribute)
    AND value IS NOT NULL
ORDER BY customer_id, attribute
