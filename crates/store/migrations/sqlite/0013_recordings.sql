-- Whether calls of a municipality may be recorded, and how long (days) recordings are kept. None: they
-- may not.
CREATE TABLE recording_rules (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    allowed INTEGER NOT NULL,
    days INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, municipality)
) STRICT;

-- What agents and citizens said to each other, between two pauses. `sound` is a WAV file in base64.
-- `municipality` is the one whose rule it was recorded under.
CREATE TABLE recordings (
    tenant_id TEXT NOT NULL,
    recording_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    municipality TEXT NOT NULL,
    person_id BLOB NOT NULL,
    began_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    sound TEXT NOT NULL,
    PRIMARY KEY (tenant_id, recording_id)
) STRICT;
CREATE INDEX recordings_by_contact ON recordings (tenant_id, contact_id, began_at);
CREATE INDEX recordings_by_age ON recordings (tenant_id, municipality, ended_at);

-- Recordings of a consortium's own in place of what a machine speaks. `prompt` is language and name
-- (`da/greeting`), `sound` A-law of 8,000 samples a second in base64.
CREATE TABLE own_prompts (
    tenant_id TEXT NOT NULL,
    prompt TEXT NOT NULL,
    sound TEXT NOT NULL,
    person_id BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, prompt)
) STRICT;
