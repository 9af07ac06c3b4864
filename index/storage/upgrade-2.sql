-- From version 2: how fetching goes, other names of entries, what they were before, what comes with them.

ALTER TABLE feed ADD COLUMN folder TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN resume TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN hub TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN topic TEXT NOT NULL DEFAULT '';

ALTER TABLE entry ADD COLUMN edited INTEGER;
ALTER TABLE entry ADD COLUMN source INTEGER REFERENCES feed (id) ON DELETE SET NULL;
ALTER TABLE entry ADD COLUMN link_key TEXT GENERATED ALWAYS AS (
    substr(substr(link, 1, CASE instr(link, '#') WHEN 0 THEN length(link) ELSE instr(link, '#') - 1 END),
           instr(link, '//'))
) VIRTUAL;
CREATE INDEX entry_by_link ON entry (link_key);
CREATE INDEX entry_by_sanitizer ON entry (sanitizer);
UPDATE entry SET source = (SELECT min(feed_id) FROM feed_entry WHERE entry_id = entry.id);

-- Other addresses that lead to feeds: where they were before they moved, pages that name them.
CREATE TABLE address (
    url     TEXT PRIMARY KEY,
    feed_id INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX address_by_feed ON address (feed_id);

-- How fetching a feed goes, and what follows from it: index.entries.Standing, a column for each field.
CREATE TABLE standing (
    feed_id       INTEGER PRIMARY KEY REFERENCES feed (id) ON DELETE CASCADE,
    next          INTEGER,                    -- when it may be fetched again; NULL: never
    reason        TEXT NOT NULL,
    status        INTEGER NOT NULL,
    failures      INTEGER NOT NULL,
    failing_since INTEGER,
    unchanged     INTEGER NOT NULL,
    whole         INTEGER,
    moved_to      TEXT NOT NULL,
    moved_since   INTEGER,
    moves         INTEGER NOT NULL,
    asked         INTEGER NOT NULL
) STRICT;

-- The last attempts to fetch each feed, and what was decided after them.
CREATE TABLE attempt (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    feed_id INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    time    INTEGER NOT NULL,
    status  INTEGER NOT NULL,                 -- of HTTP, 0 where there was no answer
    outcome TEXT NOT NULL,                    -- in words
    next    INTEGER,
    reason  TEXT NOT NULL
) STRICT;

CREATE INDEX attempt_by_feed ON attempt (feed_id, id);

-- Every id under which an entry has been met: http: written as https:, one that is no URI behind `feed:` and a number.
CREATE TABLE identity (
    name     TEXT PRIMARY KEY,
    entry_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX identity_by_entry ON identity (entry_id);

INSERT OR IGNORE INTO identity (name, entry_id)
SELECT CASE WHEN identity LIKE 'http://%' THEN 'https' || substr(identity, 5) ELSE identity END, id
FROM entry ORDER BY id;

-- What entries were before they were edited, oldest first.
CREATE TABLE version (
    entry_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    replaced INTEGER NOT NULL,                     -- when
    title    TEXT NOT NULL,
    html     TEXT NOT NULL,                        -- sanitised
    text     TEXT NOT NULL,
    PRIMARY KEY (entry_id, number)
) STRICT, WITHOUT ROWID;

-- Files that come with an entry: named to readers, never fetched.
CREATE TABLE enclosure (
    entry_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    url      TEXT NOT NULL,                        -- http(s)
    type     TEXT NOT NULL,
    length   INTEGER NOT NULL,                     -- bytes, 0 where that is not said
    title    TEXT NOT NULL,
    PRIMARY KEY (entry_id, position)
) STRICT, WITHOUT ROWID;

-- Entries that a feed has taken back (RFC 6721), by name as in table identity.
CREATE TABLE tombstone (
    feed_id INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    time    INTEGER NOT NULL,
    PRIMARY KEY (feed_id, name)
) STRICT, WITHOUT ROWID;

-- Tags that mean another one; entries keep the one that they came with.
CREATE TABLE tag_alias (
    key    TEXT PRIMARY KEY,
    target TEXT NOT NULL,                          -- a key
    name   TEXT NOT NULL                           -- of the target, for readers
) STRICT, WITHOUT ROWID;

-- Who does what only one may do at a time, on whichever machine, and until when that holds without a word from them.
CREATE TABLE lease (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was agreed with hubs (WebSub): at which address of ours, under which secret, and until when they tell of news.
CREATE TABLE subscription (
    feed_id INTEGER PRIMARY KEY REFERENCES feed (id) ON DELETE CASCADE,
    hub     TEXT NOT NULL,
    topic   TEXT NOT NULL,
    token   TEXT NOT NULL UNIQUE,
    secret  TEXT NOT NULL,
    asked   INTEGER NOT NULL,
    until   INTEGER                                -- NULL: not confirmed
) STRICT;

-- Tags are folded further than they were: what is one tag now becomes one, and the index has to look again.
CREATE TEMP TABLE refolded AS SELECT id, key AS old, tag_key(name) AS key FROM tag;
CREATE INDEX temp.refolded_by_key ON refolded (key, id);
CREATE TEMP TABLE kept AS
SELECT id, old, key, (SELECT min(o.id) FROM refolded o WHERE o.key = r.key) AS first FROM refolded r;
INSERT INTO change (entry_id)
SELECT DISTINCT entry_id FROM entry_tag WHERE tag_id IN (SELECT id FROM kept WHERE old <> key);
DELETE FROM entry_tag WHERE tag_id IN (SELECT id FROM kept WHERE key = '');
UPDATE entry_tag SET tag_id = (SELECT first FROM kept WHERE id = tag_id)
WHERE tag_id IN (SELECT id FROM kept WHERE id <> first);
DELETE FROM tag WHERE id IN (SELECT id FROM kept WHERE id <> first OR key = '');
UPDATE tag SET key = (SELECT key FROM kept WHERE id = tag.id) WHERE id IN (SELECT id FROM kept WHERE old <> key);
DROP TABLE temp.kept;
DROP TABLE temp.refolded;
