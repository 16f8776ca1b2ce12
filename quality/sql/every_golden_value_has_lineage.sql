-- A golden value that lineage does not know.
WITH golden AS (
    UNPIVOT (
        SELECT
            customer_id, name, gender, birth_date::VARCHAR AS birth_date, id_number, mobile, fixed_line, email, address
        FROM customers
    )
    ON COLUMNS(* EXCLUDE (customer_id))
    INTO NAME attribute VALUE value
)
SELECT golden.customer_id || '/' || golden.attribute AS row_id
FROM golden ANTI JOIN lineage USING (customer_id, attribute, value)
ORDER BY row_id
