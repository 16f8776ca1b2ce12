-- The last word on every judged pair, of those spoken until a moment; one that was withdrawn until then does not count.
WITH spoken AS (SELECT * FROM judgements WHERE :until IS NULL OR at <= :until),
standing AS (
    SELECT * FROM spoken
    WHERE verdict <> 'withdrawn' AND id NOT IN (SELECT withdraws FROM spoken WHERE withdraws IS NOT NULL)
)
SELECT record_id_l, record_id_r, verdict, who, at, reason
FROM standing
WHERE id IN (SELECT max(id) FROM standing GROUP BY record_id_l, record_id_r)
ORDER BY record_id_l, record_id_r
