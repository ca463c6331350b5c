-- Settings that plans depend on, as a new session has them here.
select pg_catalog.json_build_object('name', s.name, 'value', s.reset_val)::text
from pg_catalog.pg_settings s
where s.context in ('user', 'superuser')
  and (s.category like 'Query Tuning%'
       or s.name in ('work_mem', 'hash_mem_multiplier', 'max_parallel_workers_per_gather', 'max_parallel_workers',
                     'effective_io_concurrency', 'jit', 'default_statistics_target', 'debug_parallel_query',
                     'force_parallel_mode', 'row_security'))
