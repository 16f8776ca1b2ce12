-- Every check of this run: the feeds' and the snapshot's own.
SELECT * FROM quality_results ORDER BY subject, severity, passed, "check"
