-- A row that tells of a day after its extract was delivered; clocks may differ by a day.
SELECT extract || ':' || line AS row_id
FROM landed
WHERE happened_at >= seen_at + INTERVAL 2 DAY
ORDER BY row_id
