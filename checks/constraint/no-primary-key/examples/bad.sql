create table reading (sensor_id bigint not null, at timestamptz not null, value float8);
