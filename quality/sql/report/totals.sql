-- One row: what the snapshot holds.
SELECT
    (SELECT run_id FROM runs ORDER BY valid_from DESC LIMIT 1) AS run_id,
    (SELECT started_at FROM runs ORDER BY valid_from DESC LIMIT 1) AS started_at,
    (SELECT finished_at FROM runs ORDER BY valid_from DESC LIMIT 1) AS finished_at,
    (SELECT sum(rows_read) FROM extracts)::BIGINT AS rows_read,
    (SELECT count(*) FROM records) AS records,
    (SELECT count(*) FROM rejects) AS rejects,
    (SELECT count(*) FROM findings) AS findings,
    (SELECT count(*) FROM customers) AS customers,
    (SELECT count(*) FROM customers WHERE record_count > 1) AS merged,
    (SELECT count(*) FROM review_queue) AS waiting
