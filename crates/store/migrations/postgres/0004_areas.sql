-- Whose the common texts of a knowledge area are: `part` is editor or reviewer.
CREATE TABLE area_people (
    tenant_id TEXT NOT NULL,
    area TEXT NOT NULL,
    person_id UUID NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (tenant_id, area, person_id, part)
);
CREATE INDEX area_people_by_person ON area_people (tenant_id, person_id);

-- Knowledge areas. `open_to` is a JSON list of municipalities, or null for every member. A renamed
-- one keeps its names when a content folder is imported again.
CREATE TABLE areas (
    tenant_id TEXT NOT NULL,
    area TEXT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    open_to TEXT,
    renamed BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, area)
);

-- One figure or term changed in many texts.
CREATE TABLE bulk_changes (
    tenant_id TEXT NOT NULL,
    bulk_id UUID NOT NULL,
    rule TEXT NOT NULL,
    phase TEXT NOT NULL,
    by_person UUID NOT NULL,
    note TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    publish_at BIGINT,
    refused TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, bulk_id)
);
CREATE INDEX bulk_changes_by_age ON bulk_changes (tenant_id, changed_at);

-- The texts it touches, as they were at the preview: `number` is the version that was looked at.
CREATE TABLE bulk_texts (
    tenant_id TEXT NOT NULL,
    bulk_id UUID NOT NULL,
    topic TEXT NOT NULL,
    municipality TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    area TEXT NOT NULL,
    number BIGINT NOT NULL,
    places TEXT NOT NULL,
    findings TEXT NOT NULL,
    left_out BOOLEAN NOT NULL,
    left_fields TEXT NOT NULL,
    asks_approval BOOLEAN NOT NULL,
    approved_by UUID,
    PRIMARY KEY (tenant_id, bulk_id, topic, municipality)
);

-- Links of published texts, by the day they were last tried.
CREATE TABLE link_checks (
    tenant_id TEXT NOT NULL,
    url TEXT NOT NULL,
    checked_on TEXT NOT NULL,
    failed_days BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (tenant_id, url)
);
