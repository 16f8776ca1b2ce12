-- How many ids a snapshot knows: in force or out of use.
SELECT (SELECT count(*) FROM customers) + (SELECT count(*) FROM customer_redirects WHERE valid_to IS NULL)
