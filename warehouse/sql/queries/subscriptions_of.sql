-- The subscriptions of a customer.
SELECT record_id, service_number, product, status, monthly_bill, opened_on, feed
FROM subscriptions
WHERE customer_id = $id
ORDER BY status, product, service_number;
