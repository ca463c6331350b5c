-- Indexes to suppose in the twin and to build in the original. Each has a name: plans are compared by it.
create index purchase_state_placed on purchase (state, placed_at);
create index purchase_line_product_quantity on purchase_line (product_id, quantity desc);
create index event_account_at on event (account_id, at);
create index event_slow on event (at desc) where kind = 'export';
create index product_name_lower on product (lower(name));
create index purchase_account_total on purchase (account_id) include (total);
create index event_payload on event using gin (payload jsonb_path_ops);
create index metric_quality_day on metric (quality, day);
create index contact_country_score on contact (country, score desc nulls last) where score is not null;
create index message_archived_subject on message_archived (subject);
