-- What the checks of this run found; the audit of the snapshot itself is added before it is published.

CREATE TABLE quality_results (
    subject  VARCHAR NOT NULL,
    "check"  VARCHAR NOT NULL,
    says     VARCHAR,
    severity VARCHAR,
    passed   BOOLEAN,
    observed VARCHAR,
    bad_rows BIGINT,
    row_ids  VARCHAR[]
);

COMMENT ON TABLE quality_results IS 'Quality result: one row per check of the run in force · 质量结果：本次运行的每项检查一行';
COMMENT ON COLUMN quality_results.subject IS 'A feed, or snapshot · 检查对象：来源渠道或 snapshot';
COMMENT ON COLUMN quality_results."check" IS 'Name of the check · 检查名';
COMMENT ON COLUMN quality_results.says IS 'What was expected · 期望';
COMMENT ON COLUMN quality_results.severity IS 'critical or warning · 级别：critical 严重、warning 警告';
COMMENT ON COLUMN quality_results.passed IS 'Held or not · 是否通过';
COMMENT ON COLUMN quality_results.observed IS 'Counts and rates found · 观测到的数量与比率';
COMMENT ON COLUMN quality_results.bad_rows IS 'Rows that broke it · 不合格行数';
COMMENT ON COLUMN quality_results.row_ids IS 'Ids of at most 100 of them · 不合格行的编号，至多 100 个';

INSERT INTO quality_results BY NAME
SELECT * FROM given_quality_results;
