-- Nobody is older than 120 years or born after he was first mentioned. 1900-01-01 is nobody's birthday.
SELECT customer_id AS row_id
FROM customers
WHERE birth_date <= DATE '1900-01-01'
    OR birth_date > last_seen_at::DATE
    OR date_diff('year', birth_date, last_seen_at::DATE) > 120
ORDER BY row_id
