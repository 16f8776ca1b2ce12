-- Per feed and attribute: in what share of its records the channel said something. What a feed never says is left out.
WITH told AS (
    UNPIVOT (
        SELECT feed, coalesce(trim(COLUMNS('.*_raw')), '') <> ''
        FROM records
    )
    ON COLUMNS(* EXCLUDE (feed))
    INTO NAME attribute VALUE is_filled
)
SELECT feed, replace(attribute, '_raw', '') AS attribute, avg(is_filled::INTEGER) AS share
FROM told
GROUP BY feed, attribute
HAVING bool_or(is_filled)
ORDER BY feed, share DESC, attribute
