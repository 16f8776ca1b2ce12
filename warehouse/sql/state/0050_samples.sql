-- Pairs that were drawn by lot under a model: an answer that comes later still tells of the stratum it was drawn from.

CREATE TABLE samples (
    model TEXT NOT NULL,
    record_id_l TEXT NOT NULL,
    record_id_r TEXT NOT NULL,
    stratum TEXT NOT NULL,
    expected REAL NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (model, record_id_l, record_id_r)
) STRICT, WITHOUT ROWID;
