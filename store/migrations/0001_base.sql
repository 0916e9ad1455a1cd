-- Times are microseconds since 1970 UTC. Identities are lower-case text. STRICT: a wrong type is an
-- error, not a guess.

-- Fact and inventory bytes, once each.
CREATE TABLE blobs (
    sha256 TEXT NOT NULL PRIMARY KEY,
    bytes  BLOB NOT NULL
) STRICT;

CREATE TABLE inventories (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL REFERENCES blobs (sha256),
    at     INTEGER NOT NULL,
    actor  TEXT NOT NULL,
    note   TEXT NOT NULL
) STRICT;

CREATE TABLE scans (
    id        TEXT NOT NULL PRIMARY KEY,
    started   INTEGER NOT NULL,
    ended     INTEGER,
    state     TEXT NOT NULL CHECK (state IN ('running', 'finished', 'interrupted')),
    actor     TEXT NOT NULL,
    reason    TEXT NOT NULL,
    inventory INTEGER REFERENCES inventories (number)
) STRICT;
CREATE INDEX scans_by_start ON scans (started);

CREATE TABLE tasks (
    scan  TEXT NOT NULL REFERENCES scans (id),
    id    TEXT NOT NULL,
    body  TEXT NOT NULL,
    taken INTEGER,
    done  INTEGER,
    PRIMARY KEY (scan, id)
) STRICT;

CREATE TABLE observations (
    id             TEXT NOT NULL PRIMARY KEY,
    scan           TEXT NOT NULL REFERENCES scans (id),
    endpoint       TEXT NOT NULL,
    endpoint_id    TEXT,
    address        TEXT,
    port           INTEGER,
    vantage        TEXT NOT NULL,
    system         TEXT,
    probe          TEXT NOT NULL,
    probe_version  INTEGER NOT NULL,
    sensor         TEXT NOT NULL,
    started        INTEGER NOT NULL,
    ended          INTEGER NOT NULL,
    fact           TEXT REFERENCES blobs (sha256),
    failure        TEXT,
    evidence       TEXT NOT NULL,
    connections    INTEGER NOT NULL,
    bytes_sent     INTEGER NOT NULL,
    bytes_received INTEGER NOT NULL,
    milliseconds   INTEGER NOT NULL,
    CHECK ((fact IS NULL) <> (failure IS NULL))
) STRICT;
CREATE INDEX observations_by_scan ON observations (scan);

-- The newest look, and the newest that succeeded, of every place, probe, vantage, port and address.
-- place: the endpoint's id, or its label where none is declared. Empty address, port 0: none.
CREATE TABLE looks (
    place          TEXT NOT NULL,
    probe          TEXT NOT NULL,
    vantage        TEXT NOT NULL,
    port           INTEGER NOT NULL,
    address        TEXT NOT NULL,
    last           TEXT NOT NULL REFERENCES observations (id),
    last_scan      TEXT NOT NULL,
    last_ended     INTEGER NOT NULL,
    measured       TEXT REFERENCES observations (id),
    measured_scan  TEXT,
    measured_ended INTEGER,
    PRIMARY KEY (place, probe, vantage, port, address)
) STRICT;

CREATE TABLE coverage (
    scan         TEXT NOT NULL REFERENCES scans (id),
    line         INTEGER NOT NULL,
    subject_kind TEXT NOT NULL,
    subject      TEXT NOT NULL,
    system       TEXT,
    failure      TEXT,
    body         TEXT NOT NULL,
    PRIMARY KEY (scan, line)
) STRICT;
CREATE INDEX coverage_by_system ON coverage (system, scan);

-- The newest scan that covered a system.
CREATE TABLE system_coverage (
    system        TEXT NOT NULL PRIMARY KEY,
    scan          TEXT NOT NULL REFERENCES scans (id),
    ended         INTEGER NOT NULL,
    planned       INTEGER NOT NULL,
    measured      INTEGER NOT NULL,
    not_permitted INTEGER NOT NULL
) STRICT;

-- Run-length: a row lasts while the ruling and the policy stay the same.
CREATE TABLE verdicts (
    id             INTEGER PRIMARY KEY,
    check_id       TEXT NOT NULL,
    subject_kind   TEXT NOT NULL,
    subject        TEXT NOT NULL,
    port           INTEGER NOT NULL,
    vantage        TEXT NOT NULL,
    part           TEXT NOT NULL,
    system         TEXT,
    since          INTEGER NOT NULL,
    last_confirmed INTEGER NOT NULL,
    ended          INTEGER,
    body           TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX verdicts_current
    ON verdicts (check_id, subject_kind, subject, port, vantage, part) WHERE ended IS NULL;
CREATE INDEX verdicts_history ON verdicts (check_id, subject_kind, subject, since);
CREATE INDEX verdicts_by_system ON verdicts (system) WHERE ended IS NULL;

CREATE TABLE findings (
    id       TEXT NOT NULL PRIMARY KEY,
    check_id TEXT NOT NULL,
    system   TEXT,
    severity INTEGER NOT NULL,
    live     INTEGER NOT NULL,
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX findings_by_system ON findings (system);

CREATE TABLE finding_events (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    finding TEXT NOT NULL REFERENCES findings (id),
    scan    TEXT,
    kind    TEXT NOT NULL,
    body    TEXT NOT NULL
) STRICT;
CREATE INDEX finding_events_by_finding ON finding_events (finding, seq);
CREATE UNIQUE INDEX finding_events_once
    ON finding_events (finding, scan, kind) WHERE scan IS NOT NULL;

CREATE TABLE counters (
    name  TEXT NOT NULL,
    probe TEXT NOT NULL,
    label TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (name, probe, label)
) STRICT;

-- hash = SHA-256 over the hash before and the entry: a changed or dropped line breaks the chain.
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    address TEXT,
    body    TEXT NOT NULL,
    hash    TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (at);

CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit
BEGIN SELECT RAISE (ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit
BEGIN SELECT RAISE (ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER finding_events_keep BEFORE UPDATE ON finding_events
BEGIN SELECT RAISE (ABORT, 'finding events are append-only'); END;
CREATE TRIGGER finding_events_stay BEFORE DELETE ON finding_events
BEGIN SELECT RAISE (ABORT, 'finding events are append-only'); END;
