-- Customers by anything they are known by: ids in force or not, numbers, documents, e-mail, names and their beginnings.
WITH found AS (
    SELECT customer_id, 1 AS rank, 'customer_id' AS found_by FROM customers WHERE customer_id = $customer
    UNION ALL
    SELECT redirects_to, 2, 'customer_id'
    FROM customer_redirects
    WHERE customer_id = $customer AND valid_to IS NULL
    UNION ALL
    SELECT customer_id, 3, 'record_id' FROM crosswalk WHERE record_id = $text OR source_id = $text
    UNION ALL
    SELECT
        crosswalk.customer_id,
        4,
        CASE WHEN records.id_number = $document THEN 'id_number' WHEN records.email = $email THEN 'email' ELSE 'phone' END
    FROM records
    JOIN crosswalk USING (record_id)
    WHERE records.id_number = $document
        OR records.email = $email
        OR ($digits <> '' AND (
            list_contains(records.mobiles, $digits)
            OR len(list_filter(records.fixed_lines, lambda line: replace(line, '-', '') = $digits
                OR ends_with(line, '-' || $digits))) > 0
        ))
    UNION ALL
    SELECT customer_id, CASE WHEN name = $name OR name_pinyin = $pinyin THEN 5 ELSE 6 END, 'name'
    FROM customers
    WHERE ($name <> '' AND starts_with(name, $name))
        OR ($pinyin <> '' AND starts_with(replace(name_pinyin, ' ', ''), $pinyin))
    UNION ALL
    SELECT crosswalk.customer_id, 7, 'name'
    FROM records
    JOIN crosswalk USING (record_id)
    WHERE $name <> '' AND starts_with(records.name, $name)
)
SELECT customers.*, ranked.found_by
FROM (
    SELECT customer_id, min(rank) AS rank, arg_min(found_by, rank) AS found_by
    FROM found
    WHERE customer_id IS NOT NULL
    GROUP BY customer_id
) AS ranked
JOIN customers USING (customer_id)
ORDER BY ranked.rank, customers.record_count DESC, customers.customer_id
LIMIT 51;
