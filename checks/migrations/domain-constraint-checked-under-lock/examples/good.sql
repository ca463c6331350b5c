alter domain email add constraint email_at check (value like '%@%') not valid;
