set lock_timeout = '2s';
alter domain email add constraint email_at check (value like '%@%');
