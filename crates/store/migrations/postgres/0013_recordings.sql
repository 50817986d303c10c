-- Whether calls of a municipality may be recorded, and how long (days) recordings are kept. None: they
-- may not.
CREATE TABLE recording_rules (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    allowed BOOLEAN NOT NULL,
    days BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, municipality)
);

-- What agents and citizens said to each other, between two pauses. `sound` is a WAV file in base64.
-- `municipality` is the one whose rule it was recorded under.
CREATE TABLE recordings (
    tenant_id TEXT NOT NULL,
    recording_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    municipality TEXT NOT NULL,
    person_id UUID NOT NULL,
    began_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    sound TEXT NOT NULL,
    PRIMARY KEY (tenant_id, recording_id)
);
CREATE INDEX recordings_by_contact ON recordings (tenant_id, contact_id, began_at);
CREATE INDEX recordings_by_age ON recordings (tenant_id, municipality, ended_at);

-- Recordings of a consortium's own in place of what a machine speaks. `prompt` is language and name
-- (`da/greeting`), `sound` A-law of 8,000 samples a second in base64.
CREATE TABLE own_prompts (
    tenant_id TEXT NOT NULL,
    prompt TEXT NOT NULL,
    sound TEXT NOT NULL,
    person_id UUID NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, prompt)
);
