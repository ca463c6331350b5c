set lock_timeout = '2s';
alter table event detach partition event_2024;
