-- What PostgreSQL 18 added; after base_17.sql.

create table app.room (
    id int not null,
    during tstzrange,
    size int constraint room_size_given not null no inherit,
    doubled int generated always as (size * 2) virtual,
    constraint room_pkey primary key (id, during without overlaps),
    constraint room_size_check check (size > 0) not enforced
);
create table app.booking (
    room_id int,
    during tstzrange,
    account_id int constraint booking_account_fkey references app.account (id) not enforced,
    constraint booking_room_fkey foreign key (room_id, period during) references app.room (id, period during)
);
alter table app.booking add constraint booking_room_given not null room_id not valid;
alter table app.event add constraint event_lead_fkey foreign key (lead_id) references app.lead (id) not valid;

create publication with_generated for table app.lead with (publish_generated_columns = stored);
