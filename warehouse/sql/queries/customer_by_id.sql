-- One golden customer.
SELECT *
FROM customers
WHERE customer_id = $id;
