set lock_timeout = '2s';
alter table booking add constraint booking_no_overlap exclude using gist (during with &&);
