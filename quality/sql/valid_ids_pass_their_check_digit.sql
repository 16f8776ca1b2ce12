-- Reckoned here once more, apart from standardising: ISO 7064 MOD 11-2 over the first 17 digits (GB 11643). Sums of
-- whole numbers are reckoned for many rows at a time; a list of digits would be made for each.
WITH valid AS (
    SELECT
        record_id,
        id_number,
        CASE WHEN regexp_full_match(id_number, '[1-8][0-9]{16}[0-9X]') THEN left(id_number, 17)::BIGINT END AS digits
    FROM records
    WHERE id_is_valid
)
SELECT record_id AS row_id
FROM valid
WHERE length(id_number) <> 18
    OR substr('10X98765432', 1 + (
        digits // 10000000000000000 * 7
        + digits // 1000000000000000 % 10 * 9
        + digits // 100000000000000 % 10 * 10
        + digits // 10000000000000 % 10 * 5
        + digits // 1000000000000 % 10 * 8
        + digits // 100000000000 % 10 * 4
        + digits // 10000000000 % 10 * 2
        + digits // 1000000000 % 10 * 1
        + digits // 100000000 % 10 * 6
        + digits // 10000000 % 10 * 3
        + digits // 1000000 % 10 * 7
        + digits // 100000 % 10 * 9
        + digits // 10000 % 10 * 10
        + digits // 1000 % 10 * 5
        + digits // 100 % 10 * 8
        + digits // 10 % 10 * 4
        + digits % 10 * 2
    )::INTEGER % 11, 1) <> right(id_number, 1)
ORDER BY row_id
