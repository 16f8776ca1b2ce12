-- Customers that a run may have begun: all that hold a record only since it.
SELECT DISTINCT customer_id FROM crosswalk WHERE since_run = $1 ORDER BY customer_id
