set lock_timeout = '2s';
alter table event_2025 add constraint bounds check (at >= '2025-01-01' and at < '2026-01-01') not valid;
alter table event_2025 validate constraint bounds;
alter table event attach partition event_2025 for values from ('2025-01-01') to ('2026-01-01');
