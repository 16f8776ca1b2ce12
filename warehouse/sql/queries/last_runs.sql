-- The last runs, the latest first.
SELECT run_id, started_at, finished_at, date_diff('second', started_at, finished_at) AS seconds
FROM runs
ORDER BY valid_from DESC, run_id DESC
LIMIT 10;
