-- All pairs of records that may be one customer's, laid in strata: what answers about drawn pairs are weighed with.

CREATE TABLE strata (
    stratum  VARCHAR NOT NULL,
    joined   BOOLEAN NOT NULL,
    feed     VARCHAR,
    pairs    BIGINT NOT NULL,
    expected DOUBLE NOT NULL
);

COMMENT ON TABLE strata IS 'Stratum: one row per group of pairs of records that may be one customer''s, whole and as far as it concerns a feed · 抽样层：可能属于同一客户的记录对按层分组，每层一行，并按来源渠道细分';
COMMENT ON COLUMN strata.stratum IS 'Stratum: joined or apart, and between which probabilities · 层：已合并或未合并，及其概率区间';
COMMENT ON COLUMN strata.joined IS 'Pairs of one customer, else of two neighbouring ones · 同一客户内的记录对，否则为相邻两客户间的';
COMMENT ON COLUMN strata.feed IS 'Pairs with a record of this feed; null for all · 含该来源渠道记录的对；空为全部';
COMMENT ON COLUMN strata.pairs IS 'Pairs that nobody has judged · 尚无人判定的记录对数';
COMMENT ON COLUMN strata.expected IS 'Share of them that the model takes to be one customer''s · 模型认为属于同一客户的比例';

INSERT INTO strata BY NAME SELECT * FROM given_strata ORDER BY feed NULLS FIRST, stratum;
