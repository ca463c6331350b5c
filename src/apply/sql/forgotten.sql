-- Applied migrations whose folders were taken away on purpose.
CREATE TABLE dbharden.forgotten (
    migration text NOT NULL,
    reason text NOT NULL,
    person text NOT NULL,
    at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
