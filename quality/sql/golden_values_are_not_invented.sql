-- Lineage whose record is not one of the customer's, or does not say the value. What a steward pinned is his to invent.
SELECT lineage.customer_id || '/' || lineage.attribute AS row_id
FROM lineage
LEFT JOIN (FROM crosswalk JOIN records USING (record_id, feed, source_id)) AS records
    ON records.customer_id = lineage.customer_id AND records.feed = lineage.feed AND records.source_id = lineage.source_id
WHERE lineage.rule <> 'pinned'
    AND NOT coalesce(
        CASE lineage.attribute
            WHEN 'mobile' THEN list_contains(records.mobiles, lineage.value)
            WHEN 'mobiles' THEN list_contains(records.mobiles, lineage.value)
            WHEN 'fixed_line' THEN list_contains(records.fixed_lines, lineage.value)
            WHEN 'entity_type' THEN records.entity_type = lineage.value
            WHEN 'name' THEN records.name = lineage.value
            WHEN 'name_pinyin' THEN records.name_pinyin = lineage.value
            WHEN 'gender' THEN records.gender = lineage.value
            WHEN 'birth_date' THEN records.birth_date::VARCHAR = lineage.value
            WHEN 'id_type' THEN records.id_type = lineage.value
            WHEN 'id_number' THEN records.id_number = lineage.value
            WHEN 'email' THEN records.email = lineage.value
            WHEN 'province' THEN records.province = lineage.value
            WHEN 'city' THEN records.city = lineage.value
            WHEN 'district' THEN records.district = lineage.value
            WHEN 'address' THEN records.address = lineage.value
        END,
        false
    )
ORDER BY row_id
