create table account (id bigint primary key, email text not null);
create index account_email on account (email);
