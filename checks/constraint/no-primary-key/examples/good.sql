create table reading (sensor_id bigint, at timestamptz, value float8, primary key (sensor_id, at));
-- the parent speaks for its partitions
create table log (id bigint, at timestamptz, primary key (id, at)) partition by range (at);
create table log_2026 partition of log for values from ('2026-01-01') to ('2027-01-01');
