-- Pairs on which two stewards or a senior one agree, and whose records still say what was seen.
SELECT said.record_id_l, said.record_id_r, said.verdict
FROM standing_judgements AS said
JOIN decisions USING (decision_id)
WHERE said.verdict IN ('same', 'different')
    AND decisions.kind = 'pair'
    AND NOT EXISTS (SELECT 1 FROM judgement_flags WHERE judgement_flags.judgement_id = said.id)
    AND (
        said.reviewer IS NOT NULL
        OR EXISTS (SELECT 1 FROM users WHERE users.name = said.who AND users.role IN ('senior', 'admin'))
        OR EXISTS (
            SELECT 1
            FROM judgements AS other
            WHERE other.record_id_l = said.record_id_l
                AND other.record_id_r = said.record_id_r
                AND other.verdict = said.verdict
                AND other.who <> said.who
                AND NOT EXISTS (SELECT 1 FROM judgements AS undone WHERE undone.withdraws = other.id)
        )
    )
ORDER BY said.record_id_l, said.record_id_r
