-- A department's record is what the content says (`body`) under what was changed by hand (a merge
-- patch, RFC 7396). `version` counts its changes; `confirmed_by` is empty when an import wrote it.
ALTER TABLE departments ADD COLUMN by_hand TEXT NOT NULL DEFAULT '{}';
ALTER TABLE departments ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE departments ADD COLUMN confirmed_by BLOB;

-- Administrations, teams, people, further lines and responsibilities. `record` is JSON of
-- rules::directory::source::Record; `source` is empty for what was made here, otherwise `source_id`
-- is what the source calls it.
CREATE TABLE directory_items (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    kind TEXT NOT NULL,
    item TEXT NOT NULL,
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    record TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, municipality, kind, item)
) STRICT;
CREATE UNIQUE INDEX directory_items_by_source
    ON directory_items (tenant_id, municipality, kind, source, source_id) WHERE source <> '';

-- When people are away. An absence always has an end.
CREATE TABLE directory_absences (
    tenant_id TEXT NOT NULL,
    absence_id BLOB NOT NULL,
    municipality TEXT NOT NULL,
    entry_id BLOB NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, absence_id)
) STRICT;
CREATE INDEX directory_absences_by_place ON directory_absences (tenant_id, municipality, until_at);

-- Every change: what a thing was and became (JSON; NULL: it was not there). `how` is by-hand, import,
-- request or confirmed.
CREATE TABLE directory_changes (
    tenant_id TEXT NOT NULL,
    change_id BLOB NOT NULL,
    municipality TEXT NOT NULL,
    department TEXT NOT NULL,
    kind TEXT NOT NULL,
    item TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_person BLOB,
    how TEXT NOT NULL,
    before TEXT,
    after TEXT,
    PRIMARY KEY (tenant_id, change_id)
) STRICT;
CREATE INDEX directory_changes_by_item ON directory_changes (tenant_id, municipality, kind, item, at);
CREATE INDEX directory_changes_by_department ON directory_changes (tenant_id, municipality, department, at);
CREATE INDEX directory_changes_by_age ON directory_changes (tenant_id, at);

-- What coordinators have to look at: change requests, citizens who came to the wrong place, transfers
-- that nobody answered. Of the last two kinds there is one open task about one thing, with a count.
-- `state` is open, accepted, refused or confirmed.
CREATE TABLE directory_tasks (
    tenant_id TEXT NOT NULL,
    task_id BLOB NOT NULL,
    municipality TEXT NOT NULL,
    department TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    item_kind TEXT NOT NULL,
    item TEXT NOT NULL,
    topic TEXT,
    field TEXT,
    value TEXT,
    note TEXT NOT NULL,
    by_person BLOB,
    count INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    closed_at INTEGER,
    closed_by BLOB,
    PRIMARY KEY (tenant_id, task_id)
) STRICT;
CREATE UNIQUE INDEX directory_tasks_once
    ON directory_tasks (tenant_id, municipality, department, kind, about) WHERE closed_at IS NULL;
CREATE INDEX directory_tasks_by_age ON directory_tasks (tenant_id, closed_at);
