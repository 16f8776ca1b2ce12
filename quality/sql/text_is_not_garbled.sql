-- Marks of a wrong encoding: replacement characters, and what double decoding turns them into.
SELECT extract || ':' || line AS row_id
FROM landed
WHERE regexp_matches(concat_ws(' ', name, address, outlet, business_category, nickname), '\x{FFFD}|锟斤拷|烫烫烫|屯屯屯|ï¿½|Ã[\x{0080}-\x{00BF}]')
ORDER BY row_id
