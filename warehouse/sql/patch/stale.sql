-- Rows of the snapshot before that are others now, or no more. The tables' own statements add those that are new.

DELETE FROM records USING stale_records AS stale WHERE records.record_id = stale.record_id;

DELETE FROM record_versions USING stale_record_versions AS stale WHERE record_versions.feed = stale.feed AND record_versions.extract_id = stale.extract_id;

DELETE FROM pairs USING stale_pairs AS stale WHERE pairs.record_id_l = stale.record_id_l AND pairs.record_id_r = stale.record_id_r;

DELETE FROM customers USING stale_customers AS stale WHERE customers.customer_id = stale.customer_id;

DELETE FROM crosswalk USING stale_crosswalk AS stale WHERE crosswalk.record_id = stale.record_id;

DELETE FROM lineage USING stale_lineage AS stale WHERE lineage.customer_id = stale.customer_id;
