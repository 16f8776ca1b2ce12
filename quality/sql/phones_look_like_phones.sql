-- Numbers with fewer than 7 or more than 16 digits; told only where they are more than a tenth of the numbers.
WITH numbers AS (
    SELECT
        extract || ':' || line AS row_id,
        unnest([mobile, contact_phone, caller_number, service_number, fixed_line]) AS number
    FROM landed
),
digits AS (
    SELECT row_id, length(regexp_replace(number, '[^0-9０-９]', '', 'g')) AS digits
    FROM numbers
    WHERE trim(number) <> ''
)
SELECT DISTINCT row_id
FROM (
    SELECT row_id
    FROM digits
    QUALIFY digits NOT BETWEEN 7 AND 16
        AND count(*) FILTER (digits NOT BETWEEN 7 AND 16) OVER () > 0.1 * count(*) OVER ()
)
ORDER BY row_id
