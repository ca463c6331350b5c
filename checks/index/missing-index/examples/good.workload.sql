-- calls: 1200 rows: 50 mean_ms: 0.2
select * from lead where tenant_id = $1 and status = $2;

-- calls: 300 rows: 20 mean_ms: 0.1
select id, created_at from lead where tenant_id = $1 and status = $2 order by created_at desc limit 20;
