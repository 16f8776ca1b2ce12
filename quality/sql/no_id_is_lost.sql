-- A customer id that some run published and that is neither in force nor leads anywhere, be it to nobody.
SELECT DISTINCT customer_id AS row_id
FROM crosswalk_history
ANTI JOIN customers USING (customer_id)
ANTI JOIN (SELECT customer_id FROM customer_redirects WHERE valid_to IS NULL) AS retired USING (customer_id)
ORDER BY row_id
