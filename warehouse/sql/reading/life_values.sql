-- A customer's golden values through time.
SELECT * FROM customer_history WHERE customer_id = $1 ORDER BY valid_from
