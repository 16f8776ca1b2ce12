-- Nobody is older than 120 years or not yet born. 1900-01-01 is nobody's birthday.
SELECT customer_id AS row_id
FROM customers
CROSS JOIN (SELECT max(seen_at)::DATE AS today FROM records)
WHERE birth_date <= DATE '1900-01-01' OR birth_date > today OR date_diff('year', birth_date, today) > 120
ORDER BY row_id
