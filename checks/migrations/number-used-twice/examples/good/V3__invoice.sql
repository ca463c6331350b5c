create table invoice (id bigint primary key, customer_id bigint);
