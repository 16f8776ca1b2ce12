-- Persons without any number, e-mail or address; told only where they are more than a fifth of all persons.
SELECT customer_id AS row_id
FROM customers
WHERE entity_type = 'person'
QUALIFY coalesce(mobile, fixed_line, email, address) IS NULL
    AND count(*) FILTER (coalesce(mobile, fixed_line, email, address) IS NULL) OVER () > 0.2 * count(*) OVER ()
ORDER BY row_id
