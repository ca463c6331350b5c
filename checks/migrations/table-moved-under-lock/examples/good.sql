create table archive (id bigint primary key) tablespace pg_default;
