-- A shop for many tenants, written to be vulnerable: each object that is marked leaks in its own way. Role shop_app is the application's; the tenant is said by the setting app.tenant_id.
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

-- leak: public.tenants: the table of tenants itself is open
GRANT SELECT ON tenants TO shop_app;

-- leak: public.no_rls: no row-level security
CREATE TABLE no_rls (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('no_rls');
ALTER TABLE no_rls DISABLE ROW LEVEL SECURITY;

-- leak: public.not_forced: its owner is the application, and it is not forced
CREATE TABLE not_forced (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('not_forced');
ALTER TABLE not_forced OWNER TO shop_app;
ALTER TABLE not_forced NO FORCE ROW LEVEL SECURITY;

-- leak: public.owned: forced, but its owner, the application, can switch that off
CREATE TABLE owned (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('owned');
ALTER TABLE owned OWNER TO shop_app;

-- leak: public.owned_by_group: owned by a role whose member the application is
CREATE TABLE owned_by_group (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('owned_by_group');
ALTER TABLE owned_by_group OWNER TO shop_group;
ALTER TABLE owned_by_group NO FORCE ROW LEVEL SECURITY;
GRANT shop_group TO shop_app;

-- leak: public.policy_true: a policy that lets everything pass
CREATE TABLE policy_true (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('policy_true');
CREATE POLICY everything ON policy_true FOR ALL TO shop_app USING (true) WITH CHECK (true);

-- leak: public.second_policy: a second permissive policy opens what the first keeps
CREATE TABLE second_policy (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('second_policy');
CREATE POLICY published ON second_policy FOR SELECT TO shop_app USING (note IS NOT NULL);

-- leak: public.other_role: the right policy, for another role; the application has one of its own
CREATE TABLE other_role (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('other_role');
DROP POLICY tenant_isolation ON other_role;
CREATE POLICY own ON other_role FOR ALL TO shop_report USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY app ON other_role FOR ALL TO shop_app USING (true) WITH CHECK (true);

-- leak: public.insert_any: rows can be inserted for others
CREATE TABLE insert_any (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('insert_any');
DROP POLICY tenant_isolation ON insert_any;
CREATE POLICY s ON insert_any FOR SELECT TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY i ON insert_any FOR INSERT TO shop_app WITH CHECK (true);
CREATE POLICY u ON insert_any FOR UPDATE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY d ON insert_any FOR DELETE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- leak: public.move_any: rows can be moved to others
CREATE TABLE move_any (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('move_any');
DROP POLICY tenant_isolation ON move_any;
CREATE POLICY s ON move_any FOR SELECT TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY i ON move_any FOR INSERT TO shop_app WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY u ON move_any FOR UPDATE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (true);
CREATE POLICY d ON move_any FOR DELETE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- leak: public.update_blind: rows of others can be changed without being seen
CREATE TABLE update_blind (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('update_blind');
DROP POLICY tenant_isolation ON update_blind;
CREATE POLICY s ON update_blind FOR SELECT TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY i ON update_blind FOR INSERT TO shop_app WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY u ON update_blind FOR UPDATE TO shop_app USING (true) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY d ON update_blind FOR DELETE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- leak: public.delete_blind: rows of others can be deleted without being seen
CREATE TABLE delete_blind (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('delete_blind');
DROP POLICY tenant_isolation ON delete_blind;
CREATE POLICY s ON delete_blind FOR SELECT TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY i ON delete_blind FOR INSERT TO shop_app WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY u ON delete_blind FOR UPDATE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY d ON delete_blind FOR DELETE TO shop_app USING (true);

-- leak: public.select_any: rows of others can be read, not changed
CREATE TABLE select_any (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('select_any');
DROP POLICY tenant_isolation ON select_any;
CREATE POLICY s ON select_any FOR SELECT TO shop_app USING (true);
CREATE POLICY i ON select_any FOR INSERT TO shop_app WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY u ON select_any FOR UPDATE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY d ON select_any FOR DELETE TO shop_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- leak: public.empty_opens: an empty setting opens it
CREATE TABLE empty_opens (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('empty_opens');
DROP POLICY tenant_isolation ON empty_opens;
CREATE POLICY own ON empty_opens FOR ALL TO shop_app USING (coalesce(current_setting('app.tenant_id', true), '') = '' OR tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (coalesce(current_setting('app.tenant_id', true), '') = '' OR tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- leak: public.null_opens: no setting opens it
CREATE TABLE null_opens (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('null_opens');
DROP POLICY tenant_isolation ON null_opens;
CREATE POLICY own ON null_opens FOR ALL TO shop_app USING (current_setting('app.tenant_id', true) IS NULL OR tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (current_setting('app.tenant_id', true) IS NULL OR tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- leak: public.prefix: an empty setting is the beginning of every tenant
CREATE TABLE prefix (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('prefix');
DROP POLICY tenant_isolation ON prefix;
CREATE POLICY own ON prefix FOR ALL TO shop_app USING (tenant_id::text LIKE coalesce(current_setting('app.tenant_id', true), '') || '%') WITH CHECK (tenant_id::text LIKE coalesce(current_setting('app.tenant_id', true), '') || '%');

-- leak: public.admin_switch: a setting that everybody can make opens it
CREATE TABLE admin_switch (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('admin_switch');
DROP POLICY tenant_isolation ON admin_switch;
CREATE POLICY own ON admin_switch FOR ALL TO shop_app USING (current_setting('app.is_admin', true) = 'on' OR tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (current_setting('app.is_admin', true) = 'on' OR tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- leak: public.not_equal: the test is turned round
CREATE TABLE not_equal (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('not_equal');
DROP POLICY tenant_isolation ON not_equal;
CREATE POLICY own ON not_equal FOR ALL TO shop_app USING (tenant_id IS DISTINCT FROM (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id IS DISTINCT FROM (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- leak: public.any_tenant: asks whether there is such a tenant, not whether it is this one
CREATE TABLE any_tenant (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('any_tenant');
DROP POLICY tenant_isolation ON any_tenant;
CREATE POLICY own ON any_tenant FOR ALL TO shop_app USING (tenant_id IN (SELECT id FROM tenants)) WITH CHECK (tenant_id IN (SELECT id FROM tenants));

-- leak: public.null_rows: rows without a tenant can be written by everybody, for everybody
CREATE TABLE null_rows (id uuid PRIMARY KEY, tenant_id uuid REFERENCES tenants, note text NOT NULL);
CALL keep('null_rows');
DROP POLICY tenant_isolation ON null_rows;
CREATE POLICY own ON null_rows FOR ALL TO shop_app USING (tenant_id IS NULL OR tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id IS NULL OR tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

CREATE TABLE owner_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('owner_view_rows');
REVOKE ALL ON owner_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON owner_view_rows TO shop_app;
-- leak: public.owner_view: a view with the rights of its owner, a superuser
CREATE VIEW owner_view AS SELECT * FROM owner_view_rows;
GRANT SELECT ON owner_view TO shop_app;

CREATE TABLE outer_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('outer_view_rows');
REVOKE ALL ON outer_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON outer_view_rows TO shop_app;
-- leak: public.outer_view: a careful view of a careless one
CREATE VIEW inner_view AS SELECT * FROM outer_view_rows;
GRANT SELECT ON inner_view TO shop_report;
CREATE VIEW outer_view WITH (security_barrier = true) AS SELECT id, note FROM inner_view;
GRANT SELECT ON outer_view TO shop_app;

CREATE TABLE leaky_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('leaky_view_rows');
REVOKE ALL ON leaky_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON leaky_view_rows TO shop_app;
-- leak: public.leaky_view: filters by tenant, but a cheap function looks before the filter
CREATE VIEW leaky_view AS SELECT id, note FROM leaky_view_rows WHERE tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT ON leaky_view TO shop_app;

CREATE TABLE write_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('write_view_rows');
REVOKE ALL ON write_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON write_view_rows TO shop_app;
-- leak: public.write_view: rows of others can be deleted through it
CREATE VIEW write_view WITH (security_barrier = true) AS SELECT * FROM write_view_rows;
GRANT DELETE, UPDATE ON write_view TO shop_app;
GRANT SELECT (id) ON write_view TO shop_app;

CREATE TABLE insert_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('insert_view_rows');
REVOKE ALL ON insert_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON insert_view_rows TO shop_app;
-- leak: public.insert_view: a view that takes rows for others
CREATE VIEW insert_view WITH (security_barrier = true) AS SELECT * FROM insert_view_rows WHERE tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT, INSERT ON insert_view TO shop_app;

CREATE TABLE count_view_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('count_view_rows');
REVOKE ALL ON count_view_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON count_view_rows TO shop_app;
-- leak: public.count_view: sums of all tenants, a line for each
CREATE VIEW count_view AS SELECT tenant_id, count(*) AS n FROM count_view_rows GROUP BY tenant_id;
GRANT SELECT ON count_view TO shop_app;

CREATE TABLE matview_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('matview_rows');
REVOKE ALL ON matview_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON matview_rows TO shop_app;
-- leak: public.matview: a materialized view knows no policies
CREATE MATERIALIZED VIEW matview AS SELECT * FROM matview_rows;
GRANT SELECT ON matview TO shop_app;

CREATE TABLE f1_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('f1_rows');
REVOKE ALL ON f1_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON f1_rows TO shop_app;
-- leak: public.all_rows(): a function with the rights of its owner gives all rows
CREATE FUNCTION all_rows() RETURNS SETOF public.f1_rows LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM public.f1_rows $$;
GRANT EXECUTE ON FUNCTION all_rows TO shop_app;

CREATE TABLE f2_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('f2_rows');
REVOKE ALL ON f2_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON f2_rows TO shop_app;
-- leak: public.rows_of(uuid): the tenant is an argument
CREATE FUNCTION rows_of(tenant uuid) RETURNS SETOF public.f2_rows LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM public.f2_rows WHERE tenant_id = tenant $$;
GRANT EXECUTE ON FUNCTION rows_of TO shop_app;

CREATE TABLE f3_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('f3_rows');
REVOKE ALL ON f3_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON f3_rows TO shop_app;
-- leak: public.note_of(uuid): gives the text of any row by its key
CREATE FUNCTION note_of(wanted uuid) RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT note FROM public.f3_rows WHERE id = wanted $$;
GRANT EXECUTE ON FUNCTION note_of TO shop_app;

CREATE TABLE f4_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('f4_rows');
REVOKE ALL ON f4_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON f4_rows TO shop_app;
-- leak: public.forget(uuid): deletes any row by its key
CREATE FUNCTION forget(wanted uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ DELETE FROM public.f4_rows WHERE id = wanted $$;
GRANT EXECUTE ON FUNCTION forget TO shop_app;

CREATE TABLE f5_rows (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('f5_rows');
REVOKE ALL ON f5_rows FROM shop_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON f5_rows TO shop_app;
-- leak: public.as_json(text): runs what it is given
CREATE FUNCTION as_json(wanted text) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ DECLARE r json; BEGIN EXECUTE 'SELECT json_agg(t) FROM public.f5_rows t WHERE note = ' || quote_literal(wanted) INTO r; RETURN r; END $$;
GRANT EXECUTE ON FUNCTION as_json TO shop_app;

-- leak: public.shadowed: its policy asks a function that reads whatever table is called allowed
CREATE TABLE allowed (
    id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, sees uuid NOT NULL REFERENCES tenants
);
CALL keep('allowed');
REVOKE INSERT, UPDATE, DELETE ON allowed FROM shop_app;
CREATE TABLE shadowed (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('shadowed');
CREATE FUNCTION is_mine(t uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ BEGIN
    RETURN EXISTS (SELECT FROM allowed a WHERE a.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND a.sees = t);
END $$;
GRANT EXECUTE ON FUNCTION is_mine TO shop_app;
DROP POLICY tenant_isolation ON shadowed;
CREATE POLICY mine ON shadowed FOR ALL TO shop_app USING (is_mine(tenant_id)) WITH CHECK (is_mine(tenant_id));

CREATE TABLE events (id uuid NOT NULL, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CALL keep('events');
-- leak: public.events_1: a partition that can be asked directly
ALTER TABLE events_1 OWNER TO shop_owner;
GRANT SELECT ON events_1 TO shop_app;
-- leak: public.events_2: a new partition with all rights and no policy
ALTER TABLE events_2 OWNER TO shop_owner;
GRANT ALL ON events_2 TO shop_app;

CREATE TABLE history (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('history');
CREATE TABLE history_old (PRIMARY KEY (id)) INHERITS (history);
ALTER TABLE history_old OWNER TO shop_owner;
-- leak: public.history_old: a child of inheritance, asked directly
GRANT SELECT ON history_old TO shop_app;

-- leak: public.audit_copies: copies of rows, with nothing that keeps them
CREATE TABLE audit_copies (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL, row_before jsonb NOT NULL);
ALTER TABLE audit_copies OWNER TO shop_owner;
GRANT SELECT, INSERT ON audit_copies TO shop_app;

-- leak: public.crossing: a row can belong to the parent of another tenant
CREATE TABLE crossing (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, parent_id uuid NOT NULL, note text NOT NULL, FOREIGN KEY (parent_id) REFERENCES parents);
CALL keep('crossing');

-- leak: public.cascading: deleting an own parent deletes rows of others
CREATE TABLE cascading (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, parent_id uuid NOT NULL, note text NOT NULL, FOREIGN KEY (parent_id) REFERENCES parents ON DELETE CASCADE);
CALL keep('cascading');

-- leak: public.nulling: deleting an own parent changes rows of others
CREATE TABLE nulling (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, parent_id uuid, note text NOT NULL, FOREIGN KEY (parent_id) REFERENCES parents ON DELETE SET NULL);
CALL keep('nulling');

-- leak: public.unmoored: its foreign key was validated under FORCE by an owner who saw no row: it holds in name, and crosses tenants
CREATE TABLE unmoored (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, parent_id uuid NOT NULL, note text NOT NULL);
CALL keep('unmoored');
ALTER TABLE unmoored ADD CONSTRAINT unmoored_parent FOREIGN KEY (parent_id) REFERENCES parents (id) NOT VALID;
SET ROLE shop_owner;
ALTER TABLE unmoored VALIDATE CONSTRAINT unmoored_parent;
RESET ROLE;

-- leak: public.open_parents: another permissive policy; what hangs on it is open too
-- leak: public.lines: open through its parent
CREATE TABLE open_parents (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('open_parents');
CREATE TABLE lines (id uuid PRIMARY KEY, parent_id uuid NOT NULL REFERENCES open_parents, note text NOT NULL);
ALTER TABLE lines OWNER TO shop_owner;
ALTER TABLE lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE lines FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON lines TO shop_app;
CREATE POLICY by_parent ON lines FOR ALL TO shop_app USING (EXISTS (SELECT FROM open_parents p WHERE p.id = parent_id));
CREATE POLICY all_of_them ON open_parents FOR SELECT TO shop_app USING (true);

-- leak: public.slugs: a name taken by another tenant is refused: it is there
CREATE TABLE slugs (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, slug text NOT NULL, note text NOT NULL);
ALTER TABLE slugs ADD UNIQUE (slug);
CALL keep('slugs');

-- leak: public.emails: the same by an index on an expression
CREATE TABLE emails (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, email text NOT NULL, note text NOT NULL);
CREATE UNIQUE INDEX ON emails (lower(email));
CALL keep('emails');

-- leak: public.rooms: the same by an exclusion constraint
CREATE TABLE rooms (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, during int4range NOT NULL, note text NOT NULL);
ALTER TABLE rooms ADD EXCLUDE USING gist (during WITH &&);
CALL keep('rooms');

-- leak: public.codes: a partial unique index over all tenants
CREATE TABLE codes (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, code text NOT NULL, note text NOT NULL);
CREATE UNIQUE INDEX ON codes (code) WHERE note <> '';
CALL keep('codes');

-- leak: public.truncatable: it can be emptied, policies or not
CREATE TABLE truncatable (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('truncatable');
GRANT TRUNCATE ON truncatable TO shop_app;

-- leak: public.triggerable: a trigger of the application runs with the rights of whoever writes
CREATE TABLE triggerable (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('triggerable');
GRANT TRIGGER ON triggerable TO shop_app;

-- leak: public.all_rights: GRANT ALL
CREATE TABLE all_rights (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('all_rights');
GRANT ALL ON all_rights TO shop_app;

-- leak: public.public_rights: PUBLIC may read it, and it has no policy that counts
CREATE TABLE public_rights (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('public_rights');
ALTER TABLE public_rights DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON public_rights FROM shop_app;
GRANT SELECT ON public_rights TO PUBLIC;

-- leak: public.column_rights: one column is enough
CREATE TABLE column_rights (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('column_rights');
ALTER TABLE column_rights DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON column_rights FROM shop_app;
GRANT SELECT (note) ON column_rights TO shop_app;

-- leak: public.countries: what all tenants look up can be changed by one
CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
ALTER TABLE countries OWNER TO shop_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON countries TO shop_app;

-- leak: public.invoice_numbers: a sequence of all tenants that one can set back
CREATE SEQUENCE invoice_numbers;
ALTER SEQUENCE invoice_numbers OWNER TO shop_owner;
GRANT ALL ON SEQUENCE invoice_numbers TO shop_app;

-- leak: database: the application may become the owner
GRANT shop_owner TO shop_admin;
GRANT shop_admin TO shop_app;

-- leak: database: the application may become a role that no policy holds
GRANT SELECT ON ALL TABLES IN SCHEMA public TO shop_backup;
GRANT shop_backup TO shop_app;

-- leak: schema public: the application may create functions and tables where all look for them
GRANT CREATE ON SCHEMA public TO shop_app;

-- leak: public.defaulting: without a setting it takes the first tenant there is
CREATE FUNCTION tenant_of_session() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid $$;
GRANT EXECUTE ON FUNCTION tenant_of_session TO shop_app;
CREATE TABLE defaulting (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('defaulting');
DROP POLICY tenant_isolation ON defaulting;
CREATE POLICY own ON defaulting FOR ALL TO shop_app USING (tenant_id = coalesce((SELECT tenant_of_session()), tenant_id)) WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));

-- leak: public.rule_table: a rule that forwards what is written
CREATE TABLE rule_table (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
CALL keep('rule_table');
CREATE TABLE rule_target (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, note text NOT NULL);
ALTER TABLE rule_target OWNER TO shop_owner;
GRANT SELECT ON rule_target TO shop_app;
ALTER TABLE rule_table DISABLE ROW LEVEL SECURITY;
CREATE RULE copy AS ON INSERT TO rule_table DO ALSO INSERT INTO rule_target VALUES (NEW.id, NEW.tenant_id, NEW.note);

-- leak: public."Mixed ""Case""; DROP": a name that wants to be SQL
CREATE TABLE "Mixed ""Case""; DROP" ("ID" uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, "a;b" text NOT NULL);
CALL keep('"Mixed ""Case""; DROP"');
ALTER TABLE "Mixed ""Case""; DROP" DISABLE ROW LEVEL SECURITY;

DROP PROCEDURE keep;
