-- The ledger of `dbharden apply`: who ran what, when, with which result. No foreign keys: a record must not take a lock more.
CREATE TABLE IF NOT EXISTS dbharden.run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('up', 'down')),
    hash text NOT NULL,              -- of the normalised statements of the file that ran
    session text NOT NULL,           -- the same for all that one command ran
    role text NOT NULL DEFAULT current_user,
    person text NOT NULL,
    version text NOT NULL,           -- dbharden's
    approval text,                   -- who approved it; NULL: nobody, it ran with --allow-unreviewed
    started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    ended_at timestamptz,            -- NULL: not finished
    error text                       -- why it stopped
);
CREATE TABLE IF NOT EXISTS dbharden.statement (
    run bigint NOT NULL,
    position integer NOT NULL,       -- in the file, from 1
    hash text NOT NULL,              -- of the normalised statement
    kind text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,            -- NULL: begun, and not known to have ended
    tries integer NOT NULL,
    PRIMARY KEY (run, position)
);
CREATE TABLE IF NOT EXISTS dbharden.backfill (
    run bigint NOT NULL,
    position integer NOT NULL,
    top text[] NOT NULL,             -- the highest key when it began: rows that come later are not its business
    last text[],                     -- all rows up to this key are done
    rows bigint NOT NULL DEFAULT 0,
    batches bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (run, position)
);
