-- Reckoned here once more, apart from standardising: ISO 7064 MOD 11-2 over the first 17 digits (GB 11643).
SELECT record_id AS row_id
FROM records
WHERE id_is_valid
    AND (
        length(id_number) <> 18
        OR (
            regexp_full_match(id_number, '[1-8][0-9]{16}[0-9X]')
            AND substr('10X98765432', 1 + list_sum(
                list_transform(
                    range(1, 18),
                    lambda place: substr(id_number, place, 1)::INTEGER
                        * [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2][place]
                )
            )::INTEGER % 11, 1) <> substr(id_number, 18, 1)
        )
    )
ORDER BY row_id
