-- What PostgreSQL 15 added; after base_14.sql.

create unique index lead_account_id_key on app.lead (account_id, id);
create table app.member (
    account_id int not null,
    lead_id bigint,
    nick text,
    mail text,
    constraint member_nick_key unique nulls not distinct (nick),
    constraint member_lead_fkey foreign key (account_id, lead_id) references app.lead (account_id, id) on delete set null (lead_id)
);
create unique index member_mail_idx on app.member (mail) nulls not distinct;

create view app.lead_seen with (security_invoker = true) as select id from app.lead;

create publication part_of for table app.lead (id, name) where (price > 10), app.event;
create publication whole_schema for tables in schema app;
