-- The customers who give a mobile number or an e-mail address that one of these records gives: whether a contact is
-- somebody's own depends on them.
WITH asked AS (SELECT mobiles, email FROM records WHERE record_id IN (SELECT unnest($1::VARCHAR[]))),
numbers AS (SELECT DISTINCT unnest(mobiles) AS mobile FROM asked),
addresses AS (SELECT DISTINCT email FROM asked WHERE email IS NOT NULL)
SELECT DISTINCT crosswalk.customer_id
FROM records
JOIN crosswalk USING (record_id)
WHERE records.email IN (SELECT email FROM addresses)
    OR list_has_any(records.mobiles, (SELECT list(mobile) FROM numbers))
ORDER BY crosswalk.customer_id
