-- Persons without any number, e-mail or address; told only where they are more than a fifth of all persons.
WITH unreached AS (
    SELECT customer_id
    FROM customers
    WHERE entity_type = 'person' AND coalesce(mobile, fixed_line, email, address) IS NULL
)
SELECT customer_id AS row_id
FROM unreached
WHERE (SELECT count(*) FROM unreached) > 0.2 * (SELECT count(*) FROM customers WHERE entity_type = 'person')
ORDER BY row_id
