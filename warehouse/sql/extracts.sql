-- Files that were taken, and what became of their rows.

CREATE TABLE extracts (
    extract_id      VARCHAR NOT NULL,
    feed            VARCHAR NOT NULL,
    extract         VARCHAR,
    delivered_on    DATE,
    mode            VARCHAR,
    size_bytes      BIGINT,
    rows_read       BIGINT,
    records         BIGINT,
    rejects         BIGINT,
    new             BIGINT,
    changed         BIGINT,
    unchanged       BIGINT,
    unknown_columns VARCHAR[],
    landed_at       TIMESTAMP
);

COMMENT ON TABLE extracts IS 'Extract: one row per file that was taken · 数据文件：每个已入库的文件一行';
COMMENT ON COLUMN extracts.extract_id IS 'SHA-256 of the file; where the same content came again, of its name and day too · 数据文件的 SHA-256；相同内容再次送达时另含文件名与日期';
COMMENT ON COLUMN extracts.feed IS 'Feed: the channel that delivered it · 来源渠道';
COMMENT ON COLUMN extracts.extract IS 'File, its path below the landing folder · 数据文件在到达目录下的路径';
COMMENT ON COLUMN extracts.delivered_on IS 'Delivery day · 交付日';
COMMENT ON COLUMN extracts.mode IS 'full: it holds all the channel knows, a record missing from the newest is gone; delta: what is new or changed · 全量（full）或增量（delta）；最新全量中缺失的记录视为已删除';
COMMENT ON COLUMN extracts.size_bytes IS 'Size in bytes · 字节数';
COMMENT ON COLUMN extracts.rows_read IS 'Rows read = records + rejects · 读取行数 = 记录数 + 拒收数';
COMMENT ON COLUMN extracts.records IS 'Rows that became records · 成为记录的行数';
COMMENT ON COLUMN extracts.rejects IS 'Rows that were rejected · 拒收行数';
COMMENT ON COLUMN extracts.new IS 'Source ids never seen before · 首次出现的编号数';
COMMENT ON COLUMN extracts.changed IS 'Source ids that differ from their version before · 内容有变的编号数';
COMMENT ON COLUMN extracts.unchanged IS 'Source ids delivered again with the same content · 内容未变的编号数';
COMMENT ON COLUMN extracts.unknown_columns IS 'Columns the feed file does not know; kept in raw · 来源定义中没有的列；保留在原文中';
COMMENT ON COLUMN extracts.landed_at IS 'When the file was taken (UTC) · 入库时间（UTC）';

INSERT INTO extracts BY NAME
SELECT * FROM given_extracts;
