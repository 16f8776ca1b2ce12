-- The share of delivered rows that became records, by feed and day of delivery: the last thirty days delivered.
SELECT feed, strftime(delivered_on, '%m-%d') AS day, sum(records) / greatest(sum(rows_read), 1) AS share
FROM extracts
GROUP BY feed, delivered_on
QUALIFY row_number() OVER (PARTITION BY feed ORDER BY delivered_on DESC) <= 30
ORDER BY feed, delivered_on;
