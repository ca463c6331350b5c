create type state as enum ('new', 'sent');
create table parcel (id bigint primary key, is_at state);
