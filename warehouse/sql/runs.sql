-- Every run that led to this snapshot, the latest one last. valid_from never goes back, even if a clock does.

CREATE TABLE runs (
    run_id       VARCHAR NOT NULL,
    started_at   TIMESTAMP,
    finished_at  TIMESTAMP,
    valid_from   TIMESTAMP NOT NULL,
    kept_since   TIMESTAMP,
    previous_run VARCHAR,
    manifest     JSON
);

COMMENT ON TABLE runs IS 'Run: one row per run or rollback that led to this snapshot, with its manifest · 运行：通向本快照的每次运行或回退一行，含运行清单';
COMMENT ON COLUMN runs.run_id IS 'Run · 运行编号';
COMMENT ON COLUMN runs.started_at IS 'When it began (UTC) · 开始时间（UTC）';
COMMENT ON COLUMN runs.finished_at IS 'When its audit ended (UTC) · 审核结束时间（UTC）';
COMMENT ON COLUMN runs.valid_from IS 'From when the as-of macros show its result (UTC) · 历史查询宏从何时起显示其结果（UTC）';
COMMENT ON COLUMN runs.kept_since IS 'How far back it kept history (UTC); null: from the first run on · 历史保留起点（UTC）；为空即自首次运行起';
COMMENT ON COLUMN runs.previous_run IS 'The snapshot it built on · 所依据的上一快照';
COMMENT ON COLUMN runs.manifest IS 'Code version, policy, model, input extracts, counts, seconds per step · 运行清单：代码版本、策略、模型、输入文件、计数、各步用时';

INSERT INTO runs BY NAME
WITH before AS (
    SELECT * FROM runs
    UNION ALL BY NAME
    SELECT * FROM previous.runs
)
SELECT * FROM before
UNION ALL BY NAME
SELECT
    given.run_id,
    given.started_at,
    given.finished_at,
    greatest(given.started_at, (SELECT max(valid_from) + INTERVAL 1 MICROSECOND FROM before)) AS valid_from,
    greatest(given.kept_since, (SELECT max(kept_since) FROM before)) AS kept_since,
    (SELECT arg_max(run_id, valid_from) FROM before) AS previous_run,
    given.manifest
FROM given_runs AS given
ORDER BY valid_from;
