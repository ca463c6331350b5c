set lock_timeout = '2s';
vacuum full orders;
