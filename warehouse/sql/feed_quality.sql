-- How good each delivery was, day by day: what a channel's owner is shown when its extracts get worse.

CREATE VIEW feed_quality AS
WITH odd AS (
    SELECT feed, extract_id, line, rule FROM findings
    UNION ALL
    SELECT feed, extract_id, line, rule FROM rejects
),
rows_of AS (
    SELECT
        extracts.feed,
        extracts.delivered_on,
        count(DISTINCT (findings.extract_id, findings.line)) AS odd_records
    FROM extracts JOIN findings USING (feed, extract_id)
    GROUP BY extracts.feed, extracts.delivered_on
),
rules AS (
    SELECT
        extracts.feed,
        extracts.delivered_on,
        mode(odd.rule ORDER BY odd.rule) AS most_frequent
    FROM extracts JOIN odd USING (feed, extract_id)
    GROUP BY extracts.feed, extracts.delivered_on
),
delivered AS (
    SELECT
        feed,
        delivered_on,
        count(*) AS extracts,
        sum(rows_read)::BIGINT AS rows_read,
        sum(records)::BIGINT AS records,
        sum(rejects)::BIGINT AS rejects,
        sum(new)::BIGINT AS new,
        sum(changed)::BIGINT AS changed,
        sum(unchanged)::BIGINT AS unchanged
    FROM extracts
    GROUP BY feed, delivered_on
)
SELECT
    feed,
    delivered_on,
    extracts,
    rows_read,
    records,
    new,
    changed,
    unchanged,
    rejects,
    round(rejects / nullif(rows_read, 0), 4) AS reject_rate,
    coalesce(odd_records, 0) AS odd_records,
    round(coalesce(odd_records, 0) / nullif(records, 0), 4) AS odd_rate,
    most_frequent
FROM delivered
LEFT JOIN rows_of USING (feed, delivered_on)
LEFT JOIN rules USING (feed, delivered_on)
ORDER BY feed, delivered_on;

COMMENT ON VIEW feed_quality IS 'Feed quality: one row per feed and delivery day · 来源质量：每个来源每个交付日一行';
COMMENT ON COLUMN feed_quality.feed IS 'Feed: the channel that delivered it · 来源渠道';
COMMENT ON COLUMN feed_quality.delivered_on IS 'Delivery day · 交付日';
COMMENT ON COLUMN feed_quality.extracts IS 'Files taken · 入库文件数';
COMMENT ON COLUMN feed_quality.rows_read IS 'Rows read = records + rejects · 读取行数 = 记录数 + 拒收数';
COMMENT ON COLUMN feed_quality.records IS 'Rows that became records · 成为记录的行数';
COMMENT ON COLUMN feed_quality.new IS 'Source ids never seen before · 首次出现的编号数';
COMMENT ON COLUMN feed_quality.changed IS 'Source ids that differ from their version before · 内容有变的编号数';
COMMENT ON COLUMN feed_quality.unchanged IS 'Source ids that say what they said before · 内容未变的编号数';
COMMENT ON COLUMN feed_quality.rejects IS 'Rows that were rejected · 拒收行数';
COMMENT ON COLUMN feed_quality.reject_rate IS 'Their share among the rows read · 拒收率';
COMMENT ON COLUMN feed_quality.odd_records IS 'Records with a finding · 有疑点的记录数';
COMMENT ON COLUMN feed_quality.odd_rate IS 'Their share among the records · 疑点率';
COMMENT ON COLUMN feed_quality.most_frequent IS 'Rule that was broken most often, by records or rejects; null: none · 最常违反的规则；无则为空';
