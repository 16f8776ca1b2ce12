-- The ids that lead to some customers, and some ids themselves where they are out of use.
SELECT customer_id, redirects_to, since_run, reason
FROM customer_redirects
WHERE valid_to IS NULL
    AND (redirects_to IN (SELECT unnest($1::VARCHAR[])) OR customer_id IN (SELECT unnest($1::VARCHAR[])))
ORDER BY customer_id
