-- The share of checks that each feed passes.
SELECT subject AS feed, avg(CASE WHEN passed THEN 1 ELSE 0 END) AS share
FROM quality_results
WHERE subject IN (SELECT feed FROM extracts)
GROUP BY subject
ORDER BY subject;
