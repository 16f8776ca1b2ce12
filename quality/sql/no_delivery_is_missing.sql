-- A pause before this extract that is more than twice as long as this feed's usual one.
WITH deliveries AS (SELECT delivered_on, min(extract) AS extract FROM extracts GROUP BY delivered_on),
pauses AS (
    SELECT extract, date_diff('day', lag(delivered_on) OVER (ORDER BY delivered_on), delivered_on) AS days FROM deliveries
)
SELECT extract AS row_id
FROM pauses
WHERE days > 2 * (SELECT greatest(median(days), 1) FROM pauses)
ORDER BY row_id
