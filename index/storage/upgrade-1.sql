-- From version 1: entries know when they changed last, the library what it is. What was there before changed now.

ALTER TABLE entry ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
UPDATE entry SET revision = 1, changed = CAST(strftime('%s', 'now') AS INTEGER);

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
