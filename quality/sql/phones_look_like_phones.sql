-- Numbers with fewer than 7 or more than 16 digits; told only where they are more than a tenth of the numbers.
WITH numbers AS (
    SELECT extract, line, unnest([mobile, contact_phone, caller_number, service_number, fixed_line]) AS number
    FROM landed
),
told AS (
    SELECT extract, line, length(regexp_replace(number, '[^0-9０-９]', '', 'g')) AS digits
    FROM numbers
    WHERE trim(number) <> ''
),
counted AS (SELECT count(*) AS numbers, count(*) FILTER (digits NOT BETWEEN 7 AND 16) AS odd FROM told)
SELECT DISTINCT extract || ':' || line AS row_id
FROM told CROSS JOIN counted
WHERE digits NOT BETWEEN 7 AND 16 AND odd > 0.1 * numbers
ORDER BY row_id
