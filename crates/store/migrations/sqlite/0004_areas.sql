-- Whose the common texts of a knowledge area are: `part` is editor or reviewer.
CREATE TABLE area_people (
    tenant_id TEXT NOT NULL,
    area TEXT NOT NULL,
    person_id BLOB NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (tenant_id, area, person_id, part)
) STRICT;
CREATE INDEX area_people_by_person ON area_people (tenant_id, person_id);

-- Knowledge areas. `open_to` is a JSON list of municipalities, or null for every member. A renamed
-- one keeps its names when a content folder is imported again.
CREATE TABLE areas (
    tenant_id TEXT NOT NULL,
    area TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    open_to TEXT,
    renamed INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, area)
) STRICT;

-- One figure or term changed in many texts.
CREATE TABLE bulk_changes (
    tenant_id TEXT NOT NULL,
    bulk_id BLOB NOT NULL,
    rule TEXT NOT NULL,
    phase TEXT NOT NULL,
    by_person BLOB NOT NULL,
    note TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    publish_at INTEGER,
    refused TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, bulk_id)
) STRICT;
CREATE INDEX bulk_changes_by_age ON bulk_changes (tenant_id, changed_at);

-- The texts it touches, as they were at the preview: `number` is the version that was looked at.
CREATE TABLE bulk_texts (
    tenant_id TEXT NOT NULL,
    bulk_id BLOB NOT NULL,
    topic TEXT NOT NULL,
    municipality TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    area TEXT NOT NULL,
    number INTEGER NOT NULL,
    places TEXT NOT NULL,
    findings TEXT NOT NULL,
    left_out INTEGER NOT NULL,
    left_fields TEXT NOT NULL,
    asks_approval INTEGER NOT NULL,
    approved_by BLOB,
    PRIMARY KEY (tenant_id, bulk_id, topic, municipality)
) STRICT;

-- Links of published texts, by the day they were last tried.
CREATE TABLE link_checks (
    tenant_id TEXT NOT NULL,
    url TEXT NOT NULL,
    checked_on TEXT NOT NULL,
    failed_days INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (tenant_id, url)
) STRICT;
