-- Telephone calls, for the accounts of them: one row each, and one for every leg. Numbers of people
-- stand in `texts`, where their time runs out; `number_text` points there.
CREATE TABLE calls (
    tenant_id TEXT NOT NULL,
    call_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    direction TEXT NOT NULL,
    dialled TEXT NOT NULL,
    number_text BLOB,
    arrived_at INTEGER NOT NULL,
    ended_at INTEGER,
    cause TEXT,
    PRIMARY KEY (tenant_id, call_id)
) STRICT;
CREATE INDEX calls_by_contact ON calls (tenant_id, contact_id, arrived_at);
CREATE INDEX calls_by_age ON calls (tenant_id, arrived_at);

CREATE TABLE call_legs (
    tenant_id TEXT NOT NULL,
    call_id BLOB NOT NULL,
    leg INTEGER NOT NULL,
    role TEXT NOT NULL,
    person_id BLOB,
    number_text BLOB,
    began_at INTEGER NOT NULL,
    answered_at INTEGER,
    ended_at INTEGER,
    PRIMARY KEY (tenant_id, call_id, leg)
) STRICT;

-- The code by which a caller joins the text beside the voice. One holds for a few minutes.
CREATE TABLE spoken_codes (
    tenant_id TEXT NOT NULL,
    code TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    until_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, code)
) STRICT;

-- Desk telephones. `secrets` is what the digest needs (never the secret itself).
CREATE TABLE devices (
    tenant_id TEXT NOT NULL,
    device_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    name TEXT NOT NULL,
    login TEXT NOT NULL,
    secrets TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (tenant_id, device_id)
) STRICT;
CREATE UNIQUE INDEX devices_by_login ON devices (tenant_id, login);
CREATE INDEX devices_by_person ON devices (tenant_id, person_id);
