-- Golden customers of some places in the file.
SELECT *
FROM customers
WHERE rowid BETWEEN $first AND $last;
