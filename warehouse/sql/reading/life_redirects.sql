-- Every id that leads or led to a customer, and where the customer's own id leads or led.
SELECT customer_id, redirects_to, since_run, reason, valid_from, valid_to
FROM customer_redirects
WHERE redirects_to = $1 OR customer_id = $1
ORDER BY valid_from, customer_id
