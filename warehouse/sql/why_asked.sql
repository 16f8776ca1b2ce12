-- Why a question about two records is asked, in words: how alike they are, and which facts speak for and against.
-- Whether they are one customer today is not said: a pair that was drawn by lot is to be judged as any other.

CREATE MACRO facts_called(evidence, sign) AS (
    -- The facts that weigh something, the weightiest first.
    [heavy.title FOR heavy IN list_sort([
        struct_pack(weight := -abs(told.weight), title := CASE told.field WHEN 'id_number' THEN 'document number' ELSE replace(told.field, '_', ' ') END)
        FOR told IN coalesce(evidence, []) IF told.field <> 'prior' AND told.weight * sign >= 1
    ])]
);

CREATE MACRO facts_called_zh(evidence, sign) AS (
    [heavy.title FOR heavy IN list_sort([
        struct_pack(weight := -abs(told.weight), title := CASE told.field
            WHEN 'name' THEN '姓名'
            WHEN 'organisation' THEN '单位名称'
            WHEN 'id_number' THEN '证件号码'
            WHEN 'phone' THEN '电话'
            WHEN 'email' THEN '邮箱'
            WHEN 'birth_date' THEN '出生日期'
            WHEN 'gender' THEN '性别'
            WHEN 'address' THEN '地址'
            WHEN 'entity_type' THEN '客户类型'
            ELSE told.field
        END)
        FOR told IN coalesce(evidence, []) IF told.field <> 'prior' AND told.weight * sign >= 1
    ])]
);

CREATE MACRO why_asked(score, evidence) AS (
    CASE
        WHEN score > 0 THEN 'They look like one customer: a person is to say so'
        ELSE 'They have something in common: are they one customer?'
    END || coalesce(
        ' (' || nullif(concat_ws(
            '; ',
            'for: ' || nullif(array_to_string(facts_called(evidence, 1), ', '), ''),
            'against: ' || nullif(array_to_string(facts_called(evidence, -1), ', '), '')
        ), '') || ')',
        ''
    )
);

CREATE MACRO why_asked_zh(score, evidence) AS (
    CASE
        WHEN score > 0 THEN '两条记录像是同一客户，请人工确认'
        ELSE '两条记录有相同之处，请判断是否同一客户'
    END || coalesce(
        '（' || nullif(concat_ws(
            '；',
            '支持：' || nullif(array_to_string(facts_called_zh(evidence, 1), '、'), ''),
            '反对：' || nullif(array_to_string(facts_called_zh(evidence, -1), '、'), '')
        ), '') || '）',
        ''
    )
);

COMMENT ON MACRO facts_called IS 'Facts of a pair that weigh at least one for (sign 1) or against (sign -1), the weightiest first · 记录对中支持（1）或反对（-1）同一客户的字段';
COMMENT ON MACRO facts_called_zh IS 'The same in Chinese · 同上，中文';
COMMENT ON MACRO why_asked IS 'Why two records are asked about, by their score and evidence · 两条记录的提问原因（英文）';
COMMENT ON MACRO why_asked_zh IS 'The same in Chinese · 两条记录的提问原因（中文）';
