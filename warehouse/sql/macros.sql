-- The golden tables as they were at a moment: SELECT * FROM customer_as_of('2026-11-03'). A moment of which part is
-- forgotten is an error, not half an answer.

-- Intervals are UTC. A time with a zone, such as now() or '2026-11-03 08:00+08', says which moment it is wherever the
-- reader's clock stands; a cast of such a text to TIMESTAMP would leave the zone out. No time
-- is an error here, where it cannot be overlooked: nothing is before or after it.
CREATE MACRO utc_time(t) AS (
    CASE
        WHEN t IS NULL THEN error('as of null: expected a time, such as 2026-11-03 or 2026-11-03 08:00+08')
        WHEN
            typeof(t) = 'TIMESTAMP WITH TIME ZONE'
            OR (typeof(t) = 'VARCHAR' AND regexp_matches(t::VARCHAR, ':\d{2}(\.\d+)? *([zZ]|[+-]\d{2}(:?\d{2})*|[A-Za-z]\S+) *$'))
            THEN make_timestamp(epoch_us(regexp_replace(t::VARCHAR, ' +([+-])', '\1')::TIMESTAMPTZ))
        ELSE t::TIMESTAMP
    END
);

CREATE MACRO history_reaches(t) AS (
    SELECT CASE
        WHEN t::TIMESTAMP < since
            THEN error('as of ' || t || ': expected a time since ' || since || ', before which history is not kept (history.days in policy.toml)')
        ELSE true
    END
    FROM (SELECT max(kept_since) AS since FROM runs)
);

CREATE MACRO customer_as_of(t) AS TABLE
SELECT * EXCLUDE (valid_from, valid_to, from_run, to_run)
FROM customer_history
WHERE history_reaches(utc_time(t)) AND valid_from <= utc_time(t) AND (valid_to IS NULL OR utc_time(t) < valid_to)
ORDER BY customer_id;

CREATE MACRO crosswalk_as_of(t) AS TABLE
SELECT feed, source_id, record_id, customer_id
FROM crosswalk_history
WHERE history_reaches(utc_time(t)) AND valid_from <= utc_time(t) AND (valid_to IS NULL OR utc_time(t) < valid_to)
ORDER BY record_id;

COMMENT ON MACRO TABLE customer_as_of IS 'Golden customers as they were at time t · 时间 t 的黄金客户';
COMMENT ON MACRO TABLE crosswalk_as_of IS 'Crosswalk as it was at time t · 时间 t 的对照表';
COMMENT ON MACRO history_reaches IS 'True where history reaches back to time t (UTC), an error where it does not · 历史可追溯至时间 t（UTC）则为真，否则报错';
COMMENT ON MACRO utc_time IS 'Time t in UTC: converted if it has a zone, also one written in a text, else as it is written · 时间 t 的 UTC 值：带时区（文本中写明亦可）则换算，否则原样';
