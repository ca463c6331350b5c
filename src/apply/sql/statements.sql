-- The statements of run $1 that were begun.
SELECT s.position, s.hash, s.kind, s.ended_at IS NOT NULL AS ended, s.tries,
       extract(epoch FROM s.ended_at - s.started_at)::float8 AS seconds
FROM dbharden.statement s
WHERE s.run = $1
ORDER BY s.position
