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

-- A list has its items in one order: which number is preferred is what `mobile` says.
CREATE MACRO golden_values(customer) AS [
    {'attribute': 'entity_type', 'value': customer.entity_type},
    {'attribute': 'name', 'value': customer.name},
    {'attribute': 'name_pinyin', 'value': customer.name_pinyin},
    {'attribute': 'gender', 'value': customer.gender},
    {'attribute': 'birth_date', 'value': customer.birth_date::VARCHAR},
    {'attribute': 'id_type', 'value': customer.id_type},
    {'attribute': 'id_number', 'value': customer.id_number},
    {'attribute': 'mobile', 'value': customer.mobile},
    {'attribute': 'mobiles', 'value': array_to_string(list_sort(customer.mobiles), ' ')},
    {'attribute': 'fixed_line', 'value': customer.fixed_line},
    {'attribute': 'email', 'value': customer.email},
    {'attribute': 'province', 'value': customer.province},
    {'attribute': 'city', 'value': customer.city},
    {'attribute': 'district', 'value': customer.district},
    {'attribute': 'address', 'value': customer.address},
    {'attribute': 'record_count', 'value': customer.record_count::VARCHAR},
    {'attribute': 'channels', 'value': array_to_string(list_sort(customer.channels), ' ')}
];

-- What is no longer the same: a line for each customer id that came or went, and for each value of one that stayed. Whose
-- records another customer held at the earlier time was split off from it; the customer who held most of them is named.
-- Whose records another customer holds at the later time was merged into it: a redirect tells only who holds them today.
CREATE MACRO customer_changes(earlier, later) AS TABLE
WITH before AS (FROM customer_as_of(earlier)),
after AS (FROM customer_as_of(later)),
held_before AS (FROM crosswalk_as_of(earlier)),
held_after AS (FROM crosswalk_as_of(later)),
origin AS (
    SELECT came.customer_id, mode(held_before.customer_id ORDER BY held_before.customer_id) AS other_customer_id
    FROM after AS came
    ANTI JOIN before USING (customer_id)
    JOIN held_after USING (customer_id)
    JOIN held_before USING (record_id)
    GROUP BY came.customer_id
),
heir AS (
    SELECT went.customer_id, mode(held_after.customer_id ORDER BY held_after.record_id) AS other_customer_id
    FROM before AS went
    ANTI JOIN after USING (customer_id)
    JOIN held_before USING (customer_id)
    JOIN held_after USING (record_id)
    GROUP BY went.customer_id
),
retired AS (
    FROM customer_redirects
    WHERE valid_from <= utc_time(later) AND (valid_to IS NULL OR utc_time(later) < valid_to)
),
told_before AS (
    SELECT customer_id, unnest(golden_values(before), recursive := true) FROM before
),
told_after AS (
    SELECT customer_id, unnest(golden_values(after), recursive := true) FROM after
)
SELECT
    after.customer_id,
    CASE WHEN origin.other_customer_id IS NULL THEN 'new' ELSE 'split' END AS change,
    NULL AS attribute,
    NULL AS value_before,
    NULL AS value_after,
    origin.other_customer_id
FROM after ANTI JOIN before USING (customer_id)
LEFT JOIN origin USING (customer_id)
UNION ALL
SELECT
    before.customer_id,
    CASE
        WHEN retired.reason = 'rolled_back' THEN retired.reason
        WHEN coalesce(heir.other_customer_id, leads_to.customer_id) IS NOT NULL THEN 'merged'
        ELSE 'gone'
    END,
    NULL,
    NULL,
    NULL,
    coalesce(heir.other_customer_id, leads_to.customer_id)
FROM before ANTI JOIN after USING (customer_id)
LEFT JOIN heir USING (customer_id)
LEFT JOIN retired USING (customer_id)
LEFT JOIN after AS leads_to ON leads_to.customer_id = retired.redirects_to
UNION ALL
SELECT customer_id, 'value', attribute, told_before.value, told_after.value, NULL
FROM told_before JOIN told_after USING (customer_id, attribute)
WHERE told_before.value IS DISTINCT FROM told_after.value
ORDER BY ALL;

COMMENT ON MACRO TABLE customer_as_of IS 'Golden customers as they were at time t · 时间 t 的黄金客户';
COMMENT ON MACRO TABLE crosswalk_as_of IS 'Crosswalk as it was at time t · 时间 t 的对照表';
COMMENT ON MACRO history_reaches IS 'True where history reaches back to time t (UTC), an error where it does not · 历史可追溯至时间 t（UTC）则为真，否则报错';
COMMENT ON MACRO utc_time IS 'Time t in UTC: converted if it has a zone, also one written in a text, else as it is written · 时间 t 的 UTC 值：带时区（文本中写明亦可）则换算，否则原样';
COMMENT ON MACRO golden_values IS 'What a row of customers says, as a list of attribute and value · 客户一行的内容，按属性与值列出';
COMMENT ON MACRO TABLE customer_changes IS 'What changed from one time to another, a row each: change is new, split (other_customer_id held its records), merged (into other_customer_id), gone, rolled_back, or value with what was and what is · 两个时间之间的变化，每项一行：change 为 new 新增、split 自 other_customer_id 拆出、merged 并入 other_customer_id、gone 消失、rolled_back 所在运行已回退，或 value 某属性的前后值';
