-- Per feed and delivery day: what was read and what became of it.
SELECT feed, delivered_on, extracts, rows_read, records, rejects, new, changed, unchanged
FROM feed_quality
ORDER BY feed, delivered_on
