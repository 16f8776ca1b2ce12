-- Per feed and rule: rejects and findings, with the first places where they occur.
SELECT
    feed,
    outcome,
    rule,
    min(reason) AS reason,
    count(*) AS rows,
    list(extract || ':' || line ORDER BY extract, line)[1:3] AS places
FROM (
    SELECT 'reject' AS outcome, feed, rule, reason, extract, line FROM rejects
    UNION ALL
    SELECT 'finding' AS outcome, feed, rule, reason, extract, line FROM findings
)
GROUP BY feed, outcome, rule
ORDER BY feed, outcome DESC, rows DESC, rule
