-- The point of truth. Times are seconds since 1970 in UTC. PRAGMA user_version holds the schema's version.

CREATE TABLE feed (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    url       TEXT NOT NULL UNIQUE,           -- what it is fetched from: http(s)://, file://, stdin:
    title     TEXT NOT NULL DEFAULT '',
    subtitle  TEXT NOT NULL DEFAULT '',
    site      TEXT NOT NULL DEFAULT '',       -- the page it belongs to: http(s) or empty
    language  TEXT NOT NULL DEFAULT '',
    added     INTEGER NOT NULL,
    fetched   INTEGER,                        -- last attempt
    succeeded INTEGER,                        -- last attempt that gave a feed, changed or not
    error     TEXT NOT NULL DEFAULT '',       -- why the last attempt failed
    etag      TEXT NOT NULL DEFAULT '',       -- byte for byte what the server said
    modified  TEXT NOT NULL DEFAULT '',
    folder    TEXT NOT NULL DEFAULT '',       -- where a list of feeds has it, as a/b; empty is none
    resume    TEXT NOT NULL DEFAULT '',       -- the older part that comes next, where the way to its end was cut short
    hub       TEXT NOT NULL DEFAULT '',       -- who tells of news (WebSub), and under which address
    topic     TEXT NOT NULL DEFAULT ''
) STRICT;

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

CREATE TABLE entry (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- in addresses: never used twice
    identity   TEXT NOT NULL UNIQUE,
    title      TEXT NOT NULL,
    slug       TEXT NOT NULL,
    link       TEXT NOT NULL,                      -- http(s) or empty
    author     TEXT NOT NULL,
    language   TEXT NOT NULL,
    html       TEXT NOT NULL,                      -- sanitised
    text       TEXT NOT NULL,                      -- plain, NFC
    excerpt    TEXT NOT NULL,
    time       INTEGER NOT NULL,                   -- what sorts: the date, else first_seen
    is_dated   INTEGER NOT NULL CHECK (is_dated IN (0, 1)),
    updated    INTEGER,
    first_seen INTEGER NOT NULL,
    sanitizer  INTEGER NOT NULL,                   -- index.sanitize.VERSION that made html
    revision   INTEGER NOT NULL DEFAULT 0,         -- number of its last change: triggers keep these two
    changed    INTEGER NOT NULL DEFAULT 0,         -- time of that
    edited     INTEGER,                            -- when its title or text was last seen to differ; NULL: never
    source     INTEGER REFERENCES feed (id) ON DELETE SET NULL,  -- the feed that its content comes from
    -- The link without scheme and fragment, from the slashes on.
    link_key   TEXT GENERATED ALWAYS AS (
        substr(substr(link, 1, CASE instr(link, '#') WHEN 0 THEN length(link) ELSE instr(link, '#') - 1 END),
               instr(link, '//'))
    ) VIRTUAL
) STRICT;

CREATE INDEX entry_by_time ON entry (time, id);
CREATE INDEX entry_by_link ON entry (link_key);
CREATE INDEX entry_by_sanitizer ON entry (sanitizer);

-- Every id under which an entry has been met: http: written as https:, one that is no URI behind `feed:` and a number.
CREATE TABLE identity (
    name     TEXT PRIMARY KEY,
    entry_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX identity_by_entry ON identity (entry_id);

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

CREATE TABLE feed_entry (
    entry_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    feed_id  INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    digest   TEXT NOT NULL,                        -- of what this feed said: another feed may say it otherwise
    PRIMARY KEY (entry_id, feed_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX feed_entry_by_feed ON feed_entry (feed_id, entry_id);

CREATE TABLE tag (
    id   INTEGER PRIMARY KEY,
    key  TEXT NOT NULL UNIQUE,                     -- folded, what queries compare
    name TEXT NOT NULL                             -- as first seen
) STRICT;

CREATE TABLE entry_tag (
    entry_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    tag_id   INTEGER NOT NULL REFERENCES tag (id),
    PRIMARY KEY (entry_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_tag_by_tag ON entry_tag (tag_id);

-- Tags that mean another one; entries keep the one that they came with.
CREATE TABLE tag_alias (
    key    TEXT PRIMARY KEY,
    target TEXT NOT NULL,                          -- a key
    name   TEXT NOT NULL                           -- of the target, for readers
) STRICT, WITHOUT ROWID;

-- What the index is fed from. A generation of the index knows the last sequence it holds; an id that is
-- no longer in entry is one that has gone.
CREATE TABLE change (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL
) STRICT;

-- One row: what tells this library from any other, and when anything in it changed or went that was there before.
CREATE TABLE library (
    identity TEXT NOT NULL,
    altered  INTEGER NOT NULL
) STRICT;

INSERT INTO library VALUES (lower(hex(randomblob(16))), CAST(strftime('%s', 'now') AS INTEGER));

-- The older documents of feeds that come in parts, once everything behind them has been taken in.
CREATE TABLE part (
    feed_id INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    url     TEXT NOT NULL,
    PRIMARY KEY (feed_id, url)
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

CREATE TRIGGER change_noted AFTER INSERT ON change BEGIN
    UPDATE entry SET revision = new.sequence, changed = CAST(strftime('%s', 'now') AS INTEGER) WHERE id = new.entry_id;
END;
CREATE TRIGGER entry_altered AFTER UPDATE OF title ON entry BEGIN
    UPDATE library SET altered = CAST(strftime('%s', 'now') AS INTEGER);
END;
CREATE TRIGGER entry_lost AFTER DELETE ON entry BEGIN
    UPDATE library SET altered = CAST(strftime('%s', 'now') AS INTEGER);
END;
CREATE TRIGGER feed_altered AFTER UPDATE OF title, subtitle, language, site ON feed
WHEN (old.title, old.subtitle, old.language, old.site) IS NOT (new.title, new.subtitle, new.language, new.site) BEGIN
    UPDATE library SET altered = CAST(strftime('%s', 'now') AS INTEGER);
END;
CREATE TRIGGER feed_lost AFTER DELETE ON feed BEGIN
    UPDATE library SET altered = CAST(strftime('%s', 'now') AS INTEGER);
END;
CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN INSERT INTO change (entry_id) VALUES (new.id); END;
CREATE TRIGGER entry_gone AFTER DELETE ON entry BEGIN INSERT INTO change (entry_id) VALUES (old.id); END;
