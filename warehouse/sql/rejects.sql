-- Rows that arrived and did not become a record.

CREATE TABLE rejects (
    feed       VARCHAR NOT NULL,
    extract    VARCHAR,
    extract_id VARCHAR,
    line       BIGINT,
    rule       VARCHAR,
    reason     VARCHAR,
    raw        VARCHAR
);

COMMENT ON TABLE rejects IS 'Reject: one row per row of a file that broke a rule and is no record · 拒收行：违反规则、未成为记录的行';
COMMENT ON COLUMN rejects.feed IS 'Feed: the channel that delivered it · 来源渠道';
COMMENT ON COLUMN rejects.extract IS 'File, its path below the landing folder · 数据文件在到达目录下的路径';
COMMENT ON COLUMN rejects.extract_id IS 'SHA-256 of the file; where the same content came again, of its name and day too · 数据文件的 SHA-256；相同内容再次送达时另含文件名与日期';
COMMENT ON COLUMN rejects.line IS 'Line in the file, from 1 (sheet row, row of a Parquet file) · 文件中的行号，从 1 起';
COMMENT ON COLUMN rejects.rule IS 'Name of the rule · 规则名';
COMMENT ON COLUMN rejects.reason IS 'What is wrong, in words · 原因说明';
COMMENT ON COLUMN rejects.raw IS 'The row''s text as delivered · 该行原文';

INSERT INTO rejects BY NAME
SELECT * FROM given_rejects;
