-- What a scan was asked for, so that it can be taken up again, and which scan it takes up.
ALTER TABLE scans ADD COLUMN request TEXT;
ALTER TABLE scans ADD COLUMN resumes TEXT REFERENCES scans (id);

-- The whole look that a short look confirmed in part; none for whole looks.
ALTER TABLE observations ADD COLUMN confirms TEXT;
