-- finds: public.email_event
create table email_event (
    id bigint generated always as identity primary key,
    campaign bigint not null,
    created_at timestamptz not null default now()
);
insert into email_event (campaign) select n % 10 from generate_series(1, 2000) n;
analyze email_event;
