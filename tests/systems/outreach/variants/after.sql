-- The fixes that the product made after its audit, on the database as it is filled. What the audit praised and we doubt is here
-- too: a generic counter function with its owner's rights, a view over tenants' tables, logs that nothing clears.

-- Duplicates: the oldest row of each stays.
DELETE FROM leads l USING leads older
WHERE (older.user_id, older.campaign_id, older.email) = (l.user_id, l.campaign_id, l.email)
  AND (older.created_at, older.id) < (l.created_at, l.id);
ALTER TABLE leads ADD CONSTRAINT leads_user_email_campaign_key UNIQUE (user_id, email, campaign_id);

CREATE INDEX campaigns_user_active_idx ON campaigns (user_id, status) WHERE status = 'active';
CREATE INDEX campaigns_user_id_idx ON campaigns (user_id, created_at);
CREATE INDEX emails_campaign_queued_idx ON emails (campaign_id, status) WHERE status = 'queued';
CREATE INDEX emails_campaign_id_idx ON emails (campaign_id);
CREATE INDEX emails_user_id_idx ON emails (user_id);
CREATE INDEX emails_lead_id_idx ON emails (lead_id);
CREATE INDEX emails_gmail_account_id_idx ON emails (gmail_account_id);
CREATE INDEX leads_campaign_status_idx ON leads (campaign_id, status);
CREATE INDEX gmail_accounts_user_active_idx ON gmail_accounts (user_id, is_active) WHERE is_active = true;
CREATE INDEX gmail_accounts_user_id_idx ON gmail_accounts (user_id);
CREATE INDEX agent_jobs_campaign_open_idx ON agent_jobs (campaign_id, status) WHERE status IN ('pending', 'running');
CREATE INDEX agent_jobs_campaign_id_idx ON agent_jobs (campaign_id);
CREATE INDEX agent_jobs_user_id_idx ON agent_jobs (user_id);
CREATE INDEX email_tracking_events_email_type_time_idx ON email_tracking_events (email_id, event_type, event_timestamp);
CREATE INDEX email_tracking_events_user_id_idx ON email_tracking_events (user_id);
CREATE INDEX rate_limit_logs_key_created_at_idx ON rate_limit_logs (key, created_at);
CREATE INDEX webhook_deliveries_user_id_idx ON webhook_deliveries (user_id, created_at);

ALTER TABLE campaigns ADD CONSTRAINT campaigns_status_check CHECK (status IN ('draft', 'active', 'paused', 'completed')),
    ADD CONSTRAINT campaigns_settings_size CHECK (pg_column_size(settings) < 65536),
    ADD CONSTRAINT campaigns_name_length CHECK (length(name) <= 200);
ALTER TABLE emails ADD CONSTRAINT emails_status_check CHECK (status IN ('queued', 'sending', 'sent', 'failed', 'bounced')),
    ADD CONSTRAINT emails_subject_length CHECK (length(subject) <= 998),
    ADD CONSTRAINT emails_body_length CHECK (length(body) <= 100000);
ALTER TABLE leads ADD CONSTRAINT leads_status_check CHECK (status IN ('new', 'contacted', 'replied', 'bounced', 'unsubscribed')),
    ADD CONSTRAINT leads_email_format CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$'),
    ADD CONSTRAINT leads_custom_fields_size CHECK (pg_column_size(custom_fields) < 65536);
ALTER TABLE gmail_accounts ADD CONSTRAINT gmail_accounts_email_format CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$');
ALTER TABLE agent_jobs ADD CONSTRAINT agent_jobs_status_check CHECK (status IN ('pending', 'running', 'done', 'failed'));

-- Everybody sees his own rows, the API computes who it is once a statement, and nobody without a login sees anything.
DROP POLICY "Users see their campaigns" ON campaigns;
DROP POLICY "Users see their leads" ON leads;
DO $policies$
DECLARE
    owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['campaigns', 'emails', 'leads', 'gmail_accounts', 'agent_jobs', 'email_tracking_events', 'webhook_deliveries'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', owned);
        EXECUTE format('CREATE POLICY own_rows ON %I FOR ALL TO authenticated USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()))', owned);
        EXECUTE format('REVOKE TRUNCATE, REFERENCES, TRIGGER ON %I FROM authenticated', owned);
    END LOOP;
END
$policies$;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM anon;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM anon;
-- Requests are counted by the server alone.
ALTER TABLE rate_limit_logs ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON rate_limit_logs FROM authenticated;
REVOKE ALL ON SEQUENCE rate_limit_logs_id_seq FROM authenticated;
-- Tokens leave the database for the server only.
REVOKE ALL ON gmail_accounts FROM authenticated;
GRANT SELECT (id, user_id, email, is_active, emails_sent_today, created_at), UPDATE (is_active) ON gmail_accounts TO authenticated;

CREATE FUNCTION safe_increment_counter(table_name text, column_name text, row_id uuid, increment integer DEFAULT 1) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    result integer;
BEGIN
    EXECUTE format('UPDATE %I SET %I = %I + $1 WHERE id = $2 RETURNING %I', table_name, column_name, column_name, column_name)
        INTO result USING increment, row_id;
    RETURN result;
END
$$;

CREATE FUNCTION batch_update_email_status(email_ids uuid[], new_status text) RETURNS integer
    LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
    changed integer;
BEGIN
    UPDATE emails SET status = new_status, sent_at = CASE WHEN new_status = 'sent' THEN now() ELSE sent_at END
    WHERE id = ANY (email_ids);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END
$$;

CREATE FUNCTION cleanup_old_rate_limit_logs() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
    DELETE FROM rate_limit_logs WHERE created_at < now() - interval '1 hour'
$$;

CREATE VIEW system_health_metrics AS
SELECT (SELECT count(*) FROM emails WHERE status = 'queued') AS queued_emails,
       (SELECT count(*) FROM campaigns WHERE status = 'active') AS active_campaigns,
       (SELECT count(*) FROM agent_jobs WHERE status IN ('pending', 'running')) AS open_jobs,
       (SELECT count(*) FROM rate_limit_logs WHERE created_at > now() - interval '5 minutes') AS calls_last_5_minutes;
GRANT SELECT ON system_health_metrics TO authenticated, service_role;
