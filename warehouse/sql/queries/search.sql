-- Customers by anything they are known by: ids in force or not, numbers, documents, e-mail, names and their beginnings.
WITH found AS (
    SELECT customer_id, 1 AS rank FROM customers WHERE customer_id = $customer
    UNION ALL
    SELECT redirects_to, 2 FROM customer_redirects WHERE customer_id = $customer AND valid_to IS NULL
    UNION ALL
    SELECT customer_id, 3 FROM crosswalk WHERE record_id = $text OR source_id = $text
    UNION ALL
    SELECT crosswalk.customer_id, 4
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
    SELECT customer_id, CASE WHEN name = $name OR name_pinyin = $pinyin THEN 5 ELSE 6 END
    FROM customers
    WHERE ($name <> '' AND starts_with(name, $name))
        OR ($pinyin <> '' AND starts_with(replace(name_pinyin, ' ', ''), $pinyin))
    UNION ALL
    SELECT crosswalk.customer_id, 7
    FROM records
    JOIN crosswalk USING (record_id)
    WHERE $name <> '' AND starts_with(records.name, $name)
)
SELECT customers.*
FROM (SELECT customer_id, min(rank) AS rank FROM found WHERE customer_id IS NOT NULL GROUP BY customer_id) AS ranked
JOIN customers USING (customer_id)
ORDER BY ranked.rank, customers.record_count DESC, customers.customer_id
LIMIT 51;
