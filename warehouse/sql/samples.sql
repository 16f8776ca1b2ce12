-- Pairs drawn by lot and planted in the review queue: what stewards say of them tells how right the customers are.

CREATE TABLE samples (
    record_id_l VARCHAR NOT NULL,
    record_id_r VARCHAR NOT NULL,
    stratum     VARCHAR NOT NULL,
    expected    DOUBLE NOT NULL
);

COMMENT ON TABLE samples IS 'Drawn pair: one row per pair of records drawn by lot and planted in the review queue · 抽样对：随机抽取并混入待审队列的记录对，每对一行';
COMMENT ON COLUMN samples.record_id_l IS 'First record, the smaller id · 第一条记录（编号较小）';
COMMENT ON COLUMN samples.record_id_r IS 'Second record · 第二条记录';
COMMENT ON COLUMN samples.stratum IS 'Stratum it was drawn from · 所属抽样层';
COMMENT ON COLUMN samples.expected IS 'Probability that both are one customer, as the model takes it · 模型给出的同一客户概率';

INSERT INTO samples BY NAME
SELECT record_id_l, record_id_r, stratum, probability AS expected
FROM given_questions
WHERE reason = 'sampled'
ORDER BY record_id_l, record_id_r;
