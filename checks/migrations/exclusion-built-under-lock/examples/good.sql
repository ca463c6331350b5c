set lock_timeout = '2s';
create table booking_new (id bigint primary key, during tstzrange);
alter table booking_new add constraint booking_no_overlap exclude using gist (during with &&);
