-- How many customers are known to so many channels.
SELECT channel_count, count(*) AS customers FROM customers GROUP BY channel_count ORDER BY channel_count;
