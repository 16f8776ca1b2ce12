-- The table is small and rewritten whole, so that its rows keep their fixed order.

CREATE TEMP TABLE all_results AS
SELECT * FROM quality_results
UNION ALL BY NAME
SELECT * FROM given_results;

TRUNCATE quality_results;

INSERT INTO quality_results BY NAME
SELECT * FROM all_results ORDER BY subject, "check";

DROP TABLE all_results;
