-- The golden tables as they were at a moment: SELECT * FROM customer_as_of('2026-11-03').

CREATE MACRO customer_as_of(t) AS TABLE
SELECT * EXCLUDE (valid_from, valid_to, from_run, to_run)
FROM customer_history
WHERE valid_from <= t::TIMESTAMP AND (valid_to IS NULL OR t::TIMESTAMP < valid_to)
ORDER BY customer_id;

CREATE MACRO crosswalk_as_of(t) AS TABLE
SELECT feed, source_id, record_id, customer_id
FROM crosswalk_history
WHERE valid_from <= t::TIMESTAMP AND (valid_to IS NULL OR t::TIMESTAMP < valid_to)
ORDER BY record_id;

COMMENT ON MACRO TABLE customer_as_of IS 'Golden customers as they were at time t · 时间 t 的黄金客户';
COMMENT ON MACRO TABLE crosswalk_as_of IS 'Crosswalk as it was at time t · 时间 t 的对照表';
