-- From version 1: entries know when they changed last. What was there before counts as changed now.

ALTER TABLE entry ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
UPDATE entry SET revision = 1, changed = CAST(strftime('%s', 'now') AS INTEGER);

CREATE TRIGGER change_noted AFTER INSERT ON change BEGIN
    UPDATE entry SET revision = new.sequence, changed = CAST(strftime('%s', 'now') AS INTEGER) WHERE id = new.entry_id;
END;
