-- All runs, in their order.
SELECT r.id, r.migration, r.direction, r.hash, r.session, r.role, r.person, r.version, r.approval,
       r.started_at::timestamptz(0)::text AS started_at, r.ended_at::timestamptz(0)::text AS ended_at,
       extract(epoch FROM r.ended_at - r.started_at)::float8 AS seconds, r.error
FROM dbharden.run r
ORDER BY r.id
