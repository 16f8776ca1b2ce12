-- The last place in the file that a golden customer stands at.
SELECT coalesce(max(rowid), 0)
FROM customers;
