-- Customers by the number of channels that know them.
SELECT channel_count, count(*) AS customers
FROM customers
GROUP BY channel_count
ORDER BY channel_count
