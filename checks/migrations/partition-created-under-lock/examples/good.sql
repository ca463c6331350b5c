create table event_2026 (like event including defaults including constraints);
alter table event attach partition event_2026 for values from ('2026-01-01') to ('2027-01-01');
