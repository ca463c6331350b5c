-- A shop for many tenants, the same objects as in shop_open.sql, hardened. Role shop_app is the application's; the tenant is said by the setting app.tenant_id.
CREATE ROLE shop_owner NOLOGIN;
CREATE ROLE shop_app LOGIN;
CREATE ROLE shop_report NOLOGIN;
CREATE ROLE shop_admin NOLOGIN;
CREATE ROLE shop_backup NOLOGIN BYPASSRLS;
CREATE ROLE shop_group NOLOGIN;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO shop_owner, shop_app, shop_report, shop_admin, shop_backup, shop_group;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- What a table of tenants' rows should have. Dropped at the end.
CREATE PROCEDURE keep(t regclass, key text DEFAULT 'tenant_id') LANGUAGE plpgsql AS $keep$
DECLARE
    test text := format('%I = (SELECT NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid)', key);
BEGIN
    EXECUTE format('ALTER TABLE %s OWNER TO shop_owner', t);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant_isolation ON %s FOR ALL TO shop_app USING (%s) WITH CHECK (%s)', t, test, test);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO shop_app', t);
END $keep$;

CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE users (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, name text NOT NULL, UNIQUE (tenant_id, id));
CREATE TABLE parents (
    id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, name text NOT NULL, UNIQUE (tenant_id, id)
);
CALL keep('users');
CALL keep('parents');

-- held: public.tenants
ALTER TABLE tenants OWNER TO shop_owner;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants FOR SELECT TO shop_app USING (id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
GRANT SELECT ON tenants TO shop_app;

-- held: public.no_rls
CREATE TABLE no_rls (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('no_rls');


-- held: public.not_forced
CREATE TABLE not_forced (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('not_forced');


-- held: public.owned
CREATE TABLE owned (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('owned');


-- held: public.owned_by_group
CREATE TABLE owned_by_group (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('owned_by_group');


-- held: public.policy_true
CREATE TABLE policy_true (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('policy_true');


-- held: public.second_policy
CREATE TABLE second_policy (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('second_policy');
CREATE POLICY published ON second_policy AS RESTRICTIVE FOR SELECT TO shop_app USING (note IS NOT NULL);

-- held: public.other_role
CREATE TABLE other_role (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('other_role');
DROP POLICY tenant_isolation ON other_role;
CREATE POLICY report ON other_role FOR ALL TO shop_report USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY app ON other_role FOR ALL TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.insert_any
CREATE TABLE insert_any (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('insert_any');
DROP POLICY tenant_isolation ON insert_any;
CREATE POLICY s ON insert_any FOR SELECT TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY i ON insert_any FOR INSERT TO shop_app WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY u ON insert_any FOR UPDATE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY d ON insert_any FOR DELETE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.move_any
CREATE TABLE move_any (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('move_any');
DROP POLICY tenant_isolation ON move_any;
CREATE POLICY s ON move_any FOR SELECT TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY i ON move_any FOR INSERT TO shop_app WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY u ON move_any FOR UPDATE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY d ON move_any FOR DELETE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.update_blind
CREATE TABLE update_blind (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('update_blind');
DROP POLICY tenant_isolation ON update_blind;
CREATE POLICY s ON update_blind FOR SELECT TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY i ON update_blind FOR INSERT TO shop_app WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY u ON update_blind FOR UPDATE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY d ON update_blind FOR DELETE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.delete_blind
CREATE TABLE delete_blind (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('delete_blind');
DROP POLICY tenant_isolation ON delete_blind;
CREATE POLICY s ON delete_blind FOR SELECT TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY i ON delete_blind FOR INSERT TO shop_app WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY u ON delete_blind FOR UPDATE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY d ON delete_blind FOR DELETE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.select_any
CREATE TABLE select_any (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('select_any');
DROP POLICY tenant_isolation ON select_any;
CREATE POLICY s ON select_any FOR SELECT TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY i ON select_any FOR INSERT TO shop_app WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY u ON select_any FOR UPDATE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY d ON select_any FOR DELETE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.empty_opens
CREATE TABLE empty_opens (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('empty_opens');
DROP POLICY tenant_isolation ON empty_opens;
CREATE POLICY own ON empty_opens FOR ALL TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.null_opens
CREATE TABLE null_opens (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('null_opens');
DROP POLICY tenant_isolation ON null_opens;
CREATE POLICY own ON null_opens FOR ALL TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.prefix
CREATE TABLE prefix (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('prefix');
DROP POLICY tenant_isolation ON prefix;
CREATE POLICY own ON prefix FOR ALL TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.admin_switch
CREATE TABLE admin_switch (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('admin_switch');
DROP POLICY tenant_isolation ON admin_switch;
CREATE POLICY own ON admin_switch FOR ALL TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.not_equal
CREATE TABLE not_equal (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('not_equal');
DROP POLICY tenant_isolation ON not_equal;
CREATE POLICY own ON not_equal FOR ALL TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.any_tenant
CREATE TABLE any_tenant (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('any_tenant');
DROP POLICY tenant_isolation ON any_tenant;
CREATE POLICY own ON any_tenant FOR ALL TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.null_rows
CREATE TABLE null_rows (id uuid PRIMARY KEY, tenant_id uuid REFERENCES tenants, note text NOT NULL);
CALL keep('null_rows');
DROP POLICY tenant_isolation ON null_rows;
CREATE POLICY own ON null_rows FOR ALL TO shop_app USING (tenant_id IS NULL OR tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

CREATE TABLE owner_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('owner_view_rows');
REVOKE ALL ON owner_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON owner_view_rows TO shop_app;
-- held: public.owner_view
CREATE VIEW owner_view WITH (security_invoker = true, security_barrier = true) AS SELECT * FROM owner_view_rows;
GRANT SELECT ON owner_view TO shop_app;

CREATE TABLE outer_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('outer_view_rows');
REVOKE ALL ON outer_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON outer_view_rows TO shop_app;
-- held: public.outer_view
CREATE VIEW inner_view WITH (security_invoker = true, security_barrier = true) AS SELECT * FROM outer_view_rows;
GRANT SELECT ON inner_view TO shop_app;
CREATE VIEW outer_view WITH (security_invoker = true, security_barrier = true) AS SELECT id, note FROM inner_view;
GRANT SELECT ON outer_view TO shop_app;

CREATE TABLE leaky_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('leaky_view_rows');
REVOKE ALL ON leaky_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON leaky_view_rows TO shop_app;
-- held: public.leaky_view
CREATE VIEW leaky_view WITH (security_invoker = true, security_barrier = true) AS SELECT id, note FROM leaky_view_rows WHERE tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT ON leaky_view TO shop_app;

CREATE TABLE write_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('write_view_rows');
REVOKE ALL ON write_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON write_view_rows TO shop_app;
-- held: public.write_view
CREATE VIEW write_view WITH (security_invoker = true, security_barrier = true) AS SELECT * FROM write_view_rows;
GRANT DELETE, UPDATE ON write_view TO shop_app;
GRANT SELECT (id) ON write_view TO shop_app;

CREATE TABLE insert_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('insert_view_rows');
REVOKE ALL ON insert_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON insert_view_rows TO shop_app;
-- held: public.insert_view
CREATE VIEW insert_view WITH (security_invoker = true, security_barrier = true) AS SELECT * FROM insert_view_rows WHERE tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT, INSERT ON insert_view TO shop_app;

CREATE TABLE count_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('count_view_rows');
REVOKE ALL ON count_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON count_view_rows TO shop_app;
-- held: public.count_view
CREATE VIEW count_view WITH (security_invoker = true, security_barrier = true) AS SELECT tenant_id, count(*) AS n FROM count_view_rows GROUP BY tenant_id;
GRANT SELECT ON count_view TO shop_app;

CREATE TABLE matview_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('matview_rows');
REVOKE ALL ON matview_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON matview_rows TO shop_app;
-- held: public.matview
CREATE MATERIALIZED VIEW matview AS SELECT * FROM matview_rows;

CREATE TABLE f1_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('f1_rows');
REVOKE ALL ON f1_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON f1_rows TO shop_app;
-- held: public.all_rows()
CREATE FUNCTION all_rows() RETURNS SETOF public.f1_rows LANGUAGE sql SECURITY INVOKER SET search_path = '' AS $$ SELECT * FROM public.f1_rows $$;
GRANT EXECUTE ON FUNCTION all_rows TO shop_app;

CREATE TABLE f2_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('f2_rows');
REVOKE ALL ON f2_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON f2_rows TO shop_app;
-- held: public.rows_of(uuid)
CREATE FUNCTION rows_of(tenant uuid) RETURNS SETOF public.f2_rows LANGUAGE sql SECURITY INVOKER SET search_path = '' AS $$ SELECT * FROM public.f2_rows WHERE tenant_id = tenant $$;
GRANT EXECUTE ON FUNCTION rows_of TO shop_app;

CREATE TABLE f3_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('f3_rows');
REVOKE ALL ON f3_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON f3_rows TO shop_app;
-- held: public.note_of(uuid)
CREATE FUNCTION note_of(wanted uuid) RETURNS text LANGUAGE sql SECURITY INVOKER SET search_path = '' AS $$ SELECT note FROM public.f3_rows WHERE id = wanted $$;
GRANT EXECUTE ON FUNCTION note_of TO shop_app;

CREATE TABLE f4_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('f4_rows');
REVOKE ALL ON f4_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON f4_rows TO shop_app;
-- held: public.forget(uuid)
CREATE FUNCTION forget(wanted uuid) RETURNS void LANGUAGE sql SECURITY INVOKER SET search_path = '' AS $$ DELETE FROM public.f4_rows WHERE id = wanted $$;
GRANT EXECUTE ON FUNCTION forget TO shop_app;

CREATE TABLE f5_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('f5_rows');
REVOKE ALL ON f5_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON f5_rows TO shop_app;
-- held: public.as_json(text)
CREATE FUNCTION as_json(wanted text) RETURNS json LANGUAGE plpgsql SECURITY INVOKER SET search_path = '' AS $$ DECLARE r json; BEGIN EXECUTE 'SELECT json_agg(t) FROM public.f5_rows t WHERE note = $1' INTO r USING wanted; RETURN r; END $$;
GRANT EXECUTE ON FUNCTION as_json TO shop_app;

-- held: public.shadowed
CREATE TABLE allowed (
    id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, sees uuid NOT NULL REFERENCES tenants
);
CALL keep('allowed');
REVOKE INSERT, UPDATE, DELETE ON allowed FROM shop_app;
CREATE TABLE shadowed (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('shadowed');
CREATE FUNCTION is_mine(t uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ BEGIN
    RETURN EXISTS (SELECT FROM public.allowed a WHERE a.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND a.sees = t);
END $$;
GRANT EXECUTE ON FUNCTION is_mine TO shop_app;
DROP POLICY tenant_isolation ON shadowed;
CREATE POLICY mine ON shadowed FOR ALL TO shop_app USING (is_mine(tenant_id)) WITH CHECK (is_mine(tenant_id));

CREATE TABLE events (id uuid NOT NULL, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CALL keep('events');
-- held: public.events_1
CALL keep('events_1');
REVOKE ALL ON events_1 FROM shop_app;
-- held: public.events_2
CALL keep('events_2');

CREATE TABLE history (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('history');
CREATE TABLE history_old (PRIMARY KEY (id)) INHERITS (history);
ALTER TABLE history_old OWNER TO shop_owner;
-- held: public.history_old
CALL keep('history_old');

-- held: public.audit_copies
CREATE TABLE audit_copies (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL, row_before jsonb NOT NULL);
CALL keep('audit_copies');
REVOKE UPDATE, DELETE ON audit_copies FROM shop_app;

-- held: public.crossing
CREATE TABLE crossing (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, parent_id uuid NOT NULL, note text NOT NULL, FOREIGN KEY (tenant_id, parent_id) REFERENCES parents (tenant_id, id));
CALL keep('crossing');

-- held: public.cascading
CREATE TABLE cascading (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, parent_id uuid NOT NULL, note text NOT NULL, FOREIGN KEY (tenant_id, parent_id) REFERENCES parents (tenant_id, id) ON DELETE CASCADE);
CALL keep('cascading');

-- held: public.nulling
CREATE TABLE nulling (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, parent_id uuid, note text NOT NULL, FOREIGN KEY (tenant_id, parent_id) REFERENCES parents (tenant_id, id));
CALL keep('nulling');

-- held: public.unmoored
CREATE TABLE unmoored (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, parent_id uuid NOT NULL, note text NOT NULL);
CALL keep('unmoored');
ALTER TABLE unmoored ADD CONSTRAINT unmoored_parent FOREIGN KEY (tenant_id, parent_id) REFERENCES parents (tenant_id, id);

-- held: public.open_parents
-- held: public.lines
CREATE TABLE open_parents (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('open_parents');
CREATE TABLE lines (id uuid PRIMARY KEY, parent_id uuid NOT NULL REFERENCES open_parents, note text NOT NULL);
ALTER TABLE lines OWNER TO shop_owner;
ALTER TABLE lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE lines FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON lines TO shop_app;
CREATE POLICY by_parent ON lines FOR ALL TO shop_app USING (EXISTS (SELECT FROM open_parents p WHERE p.id = parent_id));

-- held: public.slugs
CREATE TABLE slugs (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, slug text NOT NULL, note text NOT NULL);
ALTER TABLE slugs ADD UNIQUE (tenant_id, slug);
CALL keep('slugs');

-- held: public.emails
CREATE TABLE emails (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, email text NOT NULL, note text NOT NULL);
CREATE UNIQUE INDEX ON emails (tenant_id, lower(email));
CALL keep('emails');

-- held: public.rooms
CREATE TABLE rooms (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, during int4range NOT NULL, note text NOT NULL);

CALL keep('rooms');

-- held: public.codes
CREATE TABLE codes (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, code text NOT NULL, note text NOT NULL);
CREATE UNIQUE INDEX ON codes (tenant_id, code) WHERE note <> '';
CALL keep('codes');

-- held: public.truncatable
CREATE TABLE truncatable (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('truncatable');


-- held: public.triggerable
CREATE TABLE triggerable (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('triggerable');


-- held: public.all_rights
CREATE TABLE all_rights (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('all_rights');


-- held: public.public_rights
CREATE TABLE public_rights (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('public_rights');


-- held: public.column_rights
CREATE TABLE column_rights (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('column_rights');


-- held: public.countries
CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
ALTER TABLE countries OWNER TO shop_owner;
GRANT SELECT ON countries TO shop_app;

-- held: public.invoice_numbers
CREATE SEQUENCE invoice_numbers;
ALTER SEQUENCE invoice_numbers OWNER TO shop_owner;
GRANT USAGE ON SEQUENCE invoice_numbers TO shop_app;

-- held: database
GRANT shop_owner TO shop_admin;

-- held: database
GRANT SELECT ON ALL TABLES IN SCHEMA public TO shop_backup;

-- held: schema public


-- held: public.defaulting
CREATE FUNCTION tenant_of_session() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid $$;
GRANT EXECUTE ON FUNCTION tenant_of_session TO shop_app;
CREATE TABLE defaulting (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('defaulting');
DROP POLICY tenant_isolation ON defaulting;
CREATE POLICY own ON defaulting FOR ALL TO shop_app USING (tenant_id = coalesce((SELECT tenant_of_session()), NULL)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- held: public.rule_table
CREATE TABLE rule_table (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('rule_table');
CREATE TABLE rule_target (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('rule_target');
REVOKE ALL ON rule_target FROM shop_app;

-- held: public."Mixed ""Case""; DROP"
CREATE TABLE "Mixed ""Case""; DROP" ("ID" uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, "a;b" text NOT NULL);
CALL keep('"Mixed ""Case""; DROP"');

DROP PROCEDURE keep;
