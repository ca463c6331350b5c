create table email_event (
    id bigint generated always as identity,
    campaign bigint not null,
    created_at timestamptz not null default now(),
    primary key (id, created_at)
) partition by range (created_at);
create table email_event_all partition of email_event default;
insert into email_event (campaign) select n % 10 from generate_series(1, 2000) n;
analyze email_event;

create table campaign (id bigint primary key);
insert into campaign select generate_series(1, 10);
analyze campaign;
