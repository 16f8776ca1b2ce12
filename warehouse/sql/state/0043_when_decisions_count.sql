-- A decision counts from when it was made, or from when a second steward approved it.

DROP VIEW decision_states;

CREATE VIEW decision_states AS
SELECT
    decisions.*,
    second_opinions.who AS second,
    second_opinions.at AS second_at,
    CASE
        WHEN EXISTS (SELECT 1 FROM decisions AS undo WHERE undo.undoes = decisions.decision_id) THEN 'undone'
        WHEN decisions.needs_second = 0 OR second_opinions.verdict = 'approved' THEN 'standing'
        WHEN second_opinions.verdict = 'refused' THEN 'refused'
        ELSE 'waiting'
    END AS state
FROM decisions
LEFT JOIN second_opinions USING (decision_id);
