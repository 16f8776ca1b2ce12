-- Whose a record is.
SELECT customer_id FROM crosswalk WHERE record_id = $1
