-- How many customers two channels share: what a campaign in one of them also reaches in the other.

CREATE VIEW channel_overlap AS
WITH known AS (SELECT DISTINCT feed, customer_id FROM crosswalk),
sizes AS (SELECT feed, count(*) AS customers FROM known GROUP BY feed),
shared AS (
    SELECT one.feed, other.feed AS other_feed, count(*) AS customers
    FROM known AS one JOIN known AS other USING (customer_id)
    GROUP BY one.feed, other.feed
)
SELECT
    shared.feed,
    shared.other_feed,
    shared.customers,
    shared.customers / one.customers AS share_of_feed,
    shared.customers / other.customers AS share_of_other_feed
FROM shared
JOIN sizes AS one ON one.feed = shared.feed
JOIN sizes AS other ON other.feed = shared.other_feed
ORDER BY shared.feed, shared.other_feed;

COMMENT ON VIEW channel_overlap IS 'Channel overlap: one row per pair of channels and the customers they share · 渠道重叠：每对渠道一行，及其共有客户';
COMMENT ON COLUMN channel_overlap.feed IS 'One channel · 渠道甲';
COMMENT ON COLUMN channel_overlap.other_feed IS 'The other; the same one for the channel by itself · 渠道乙；与甲相同表示该渠道自身';
COMMENT ON COLUMN channel_overlap.customers IS 'Customers known to both · 两个渠道共有的客户数';
COMMENT ON COLUMN channel_overlap.share_of_feed IS 'Their share among the customers of the first · 占渠道甲客户的比例';
COMMENT ON COLUMN channel_overlap.share_of_other_feed IS 'Their share among the customers of the other · 占渠道乙客户的比例';
