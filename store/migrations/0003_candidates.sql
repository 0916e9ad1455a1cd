-- Discovered endpoints that nobody declared. The folded state is kept beside the events, for lists.
CREATE TABLE candidates (
    id   TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

-- origin: the source of a sighting (a scan, or the SHA-256 of a file); none where a person decided.
CREATE TABLE candidate_events (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    candidate TEXT NOT NULL REFERENCES candidates (id),
    origin    TEXT,
    kind      TEXT NOT NULL,
    body      TEXT NOT NULL
) STRICT;
CREATE INDEX candidate_events_by_candidate ON candidate_events (candidate, seq);
-- A source is heard once: reading the same file again changes nothing.
CREATE UNIQUE INDEX candidate_events_once
    ON candidate_events (candidate, origin) WHERE origin IS NOT NULL;

CREATE TRIGGER candidate_events_keep BEFORE UPDATE ON candidate_events
BEGIN SELECT RAISE (ABORT, 'candidate events are append-only'); END;
CREATE TRIGGER candidate_events_stay BEFORE DELETE ON candidate_events
BEGIN SELECT RAISE (ABORT, 'candidate events are append-only'); END;
