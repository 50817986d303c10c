-- Telephone calls, for the accounts of them: one row each, and one for every leg. Numbers of people
-- stand in `texts`, where their time runs out; `number_text` points there.
CREATE TABLE calls (
    tenant_id TEXT NOT NULL,
    call_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    direction TEXT NOT NULL,
    dialled TEXT NOT NULL,
    number_text UUID,
    arrived_at BIGINT NOT NULL,
    ended_at BIGINT,
    cause TEXT,
    PRIMARY KEY (tenant_id, call_id)
);
CREATE INDEX calls_by_contact ON calls (tenant_id, contact_id, arrived_at);
CREATE INDEX calls_by_age ON calls (tenant_id, arrived_at);

CREATE TABLE call_legs (
    tenant_id TEXT NOT NULL,
    call_id UUID NOT NULL,
    leg BIGINT NOT NULL,
    role TEXT NOT NULL,
    person_id UUID,
    number_text UUID,
    began_at BIGINT NOT NULL,
    answered_at BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (tenant_id, call_id, leg)
);

-- The code by which a caller joins the text beside the voice. One holds for a few minutes.
CREATE TABLE spoken_codes (
    tenant_id TEXT NOT NULL,
    code TEXT NOT NULL,
    contact_id UUID NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, code)
);

-- Desk telephones. `secrets` is what the digest needs (never the secret itself).
CREATE TABLE devices (
    tenant_id TEXT NOT NULL,
    device_id UUID NOT NULL,
    person_id UUID NOT NULL,
    name TEXT NOT NULL,
    login TEXT NOT NULL,
    secrets TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (tenant_id, device_id)
);
CREATE UNIQUE INDEX devices_by_login ON devices (tenant_id, login);
CREATE INDEX devices_by_person ON devices (tenant_id, person_id);
