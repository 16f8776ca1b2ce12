-- Per feed and delivery day: what was read and what became of it.
SELECT
    feed,
    delivered_on,
    count(*) AS extracts,
    sum(rows_read)::BIGINT AS rows_read,
    sum(records)::BIGINT AS records,
    sum(rejects)::BIGINT AS rejects,
    sum(new)::BIGINT AS new,
    sum(changed)::BIGINT AS changed,
    sum(unchanged)::BIGINT AS unchanged
FROM extracts
GROUP BY feed, delivered_on
ORDER BY feed, delivered_on
