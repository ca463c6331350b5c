-- One row: evictions, and since when is counted. The view exists from 14 on.
-- {schema} is the extension's.
select
    i.dealloc as evictions,
    extract(epoch from i.stats_reset)::int8 as since
from {schema}.pg_stat_statements_info i
