alter table event detach partition event_2024 concurrently;
