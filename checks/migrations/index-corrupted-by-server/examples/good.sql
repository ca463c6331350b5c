create table invoice (id bigint primary key, paid boolean);
create index invoice_paid_idx on invoice (paid);
