-- Per feed and attribute: in what share of its records the channel said something. What a feed never says is left out.
WITH counted AS (
    SELECT feed, count(*) AS rows, count(nullif(trim(COLUMNS('.*_raw')), '')) AS '\0'
    FROM records
    GROUP BY feed
),
told AS (UNPIVOT counted ON COLUMNS(* EXCLUDE (feed, rows)) INTO NAME attribute VALUE filled)
SELECT feed, replace(attribute, '_raw', '') AS attribute, filled / rows AS share
FROM told
WHERE filled > 0
ORDER BY feed, share DESC, attribute
