-- Every pair that was compared and what came of it.

CREATE TABLE pairs (
    record_id_l VARCHAR NOT NULL,
    record_id_r VARCHAR NOT NULL,
    score       DOUBLE,
    probability DOUBLE,
    band        VARCHAR,
    found_by    VARCHAR[],
    evidence    STRUCT("field" VARCHAR, "level" VARCHAR, weight DOUBLE, value_l VARCHAR, value_r VARCHAR)[]
);

COMMENT ON TABLE pairs IS 'Pair: one row per scored pair of records · 记录对：每个已评分的记录对一行';
COMMENT ON COLUMN pairs.record_id_l IS 'First record, the smaller id · 第一条记录（编号较小）';
COMMENT ON COLUMN pairs.record_id_r IS 'Second record · 第二条记录';
COMMENT ON COLUMN pairs.score IS 'Sum of the evidence in log-odds · 证据之和（对数几率）';
COMMENT ON COLUMN pairs.probability IS 'Probability that both are one customer · 同一客户的概率';
COMMENT ON COLUMN pairs.band IS 'match, review or apart · 判定带：match 同一、review 待审、apart 不同';
COMMENT ON COLUMN pairs.found_by IS 'Blocking keys that found the pair · 找到该对的分块键';
COMMENT ON COLUMN pairs.evidence IS 'What each field says for or against · 各字段的正反证据';

INSERT INTO pairs BY NAME
SELECT * FROM given_pairs;
