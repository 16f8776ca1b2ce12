-- In what share of the customers a golden value is known.
WITH told AS (
    UNPIVOT (
        SELECT
            COLUMNS(['name', 'gender', 'birth_date', 'id_number', 'mobile', 'fixed_line', 'email', 'address'])
            IS NOT NULL
        FROM customers
    )
    ON COLUMNS(*)
    INTO NAME attribute VALUE is_filled
)
SELECT attribute, avg(is_filled::INTEGER) AS share
FROM told
GROUP BY attribute
ORDER BY share DESC, attribute
