-- Where a customer id that is no longer in use leads: null if none of its records is left.
SELECT redirects_to, reason, since_run
FROM customer_redirects
WHERE customer_id = $id AND valid_to IS NULL;
