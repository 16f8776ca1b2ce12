-- Small tables, and those made of others: the tables' own statements fill them anew.

TRUNCATE runs;
TRUNCATE extracts;
TRUNCATE rejects;
TRUNCATE findings;
TRUNCATE quality_results;
TRUNCATE subscriptions;
TRUNCATE interactions;
TRUNCATE households;
TRUNCATE segments;
TRUNCATE review_queue;
TRUNCATE customer_history;
TRUNCATE crosswalk_history;
TRUNCATE customer_redirects;
