-- Odd things about rows that were accepted.

CREATE TABLE findings (
    feed       VARCHAR NOT NULL,
    extract    VARCHAR,
    extract_id VARCHAR,
    line       BIGINT,
    rule       VARCHAR,
    reason     VARCHAR
);

COMMENT ON TABLE findings IS 'Finding: one row per oddity of an accepted row · 疑点：被接受的行中的异常，每处一行';
COMMENT ON COLUMN findings.feed IS 'Feed: the channel that delivered it · 来源渠道';
COMMENT ON COLUMN findings.extract IS 'File, its path below the landing folder · 数据文件在到达目录下的路径';
COMMENT ON COLUMN findings.extract_id IS 'SHA-256 of the file; where the same content came again, of its name and day too · 数据文件的 SHA-256；相同内容再次送达时另含文件名与日期';
COMMENT ON COLUMN findings.line IS 'Line in the file, from 1 (sheet row, row of a Parquet file) · 文件中的行号，从 1 起';
COMMENT ON COLUMN findings.rule IS 'Name of the rule · 规则名';
COMMENT ON COLUMN findings.reason IS 'What is wrong, in words · 原因说明';

INSERT INTO findings BY NAME
SELECT * FROM given_findings;
