-- The statements that make the comments of the schema at hand, one a row: tables, views, columns, macros.

WITH told AS (
    SELECT 'TABLE' AS kind, table_name AS name, NULL AS part, comment FROM duckdb_tables() WHERE NOT internal
    UNION ALL
    SELECT 'VIEW', view_name, NULL, comment FROM duckdb_views() WHERE NOT internal
    UNION ALL
    SELECT 'COLUMN', table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal
    UNION ALL
    SELECT 'MACRO TABLE', function_name, NULL, comment FROM duckdb_functions()
    WHERE NOT internal AND function_type = 'table_macro'
    UNION ALL
    SELECT 'MACRO', function_name, NULL, comment FROM duckdb_functions()
    WHERE NOT internal AND function_type = 'macro'
)
SELECT DISTINCT
    'COMMENT ON ' || kind || ' "' || replace(name, '"', '""') || '"'
    || coalesce('."' || replace(part, '"', '""') || '"', '')
    || ' IS ''' || replace(comment, '''', '''''') || ''';' AS statement
FROM told
WHERE comment IS NOT NULL
ORDER BY statement;
