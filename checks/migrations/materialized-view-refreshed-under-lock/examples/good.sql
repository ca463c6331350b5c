refresh materialized view concurrently revenue;
