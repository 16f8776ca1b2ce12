-- The last word on every judged pair, of those spoken until a moment.
SELECT record_id_l, record_id_r, verdict, who, at, reason
FROM judgements
WHERE id IN (SELECT max(id) FROM judgements WHERE :until IS NULL OR at <= :until GROUP BY record_id_l, record_id_r)
ORDER BY record_id_l, record_id_r
