-- Streams and their events: every live thing reads by `seq > cursor`.
CREATE TABLE streams (
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, key)
);

CREATE TABLE events (
    tenant_id TEXT NOT NULL,
    stream_kind TEXT NOT NULL,
    stream_key TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, stream_kind, stream_key, seq)
);

-- Personal text stands apart, so that it can be erased while the journal stands.
CREATE TABLE texts (
    tenant_id TEXT NOT NULL,
    text_id UUID NOT NULL,
    contact_id UUID,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, text_id)
);
CREATE INDEX texts_by_contact ON texts (tenant_id, contact_id);
CREATE INDEX texts_by_age ON texts (tenant_id, at);

-- Projection of the contact streams. `state` is the folded contact; the columns are read from it.
CREATE TABLE contacts (
    tenant_id TEXT NOT NULL,
    contact_id UUID NOT NULL,
    municipality TEXT,
    department TEXT,
    topic TEXT,
    urgent BOOLEAN NOT NULL,
    channel TEXT NOT NULL,
    phase TEXT NOT NULL,
    owner UUID,
    offered_to UUID,
    offer_until BIGINT,
    place_at BIGINT,
    arrived_at BIGINT NOT NULL,
    answered_at BIGINT,
    closed_at BIGINT,
    seq BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (tenant_id, contact_id)
);
CREATE INDEX contacts_open ON contacts (tenant_id, phase, place_at);
CREATE INDEX contacts_by_owner ON contacts (tenant_id, owner, phase);
CREATE INDEX contacts_by_municipality ON contacts (tenant_id, municipality, arrived_at);
-- The last guard of "one reserved offer per agent".
CREATE UNIQUE INDEX contacts_one_offer ON contacts (tenant_id, offered_to) WHERE offered_to IS NOT NULL;

-- Who a contact belongs to, apart from the journal: erased when its time is up.
CREATE TABLE contact_marks (
    tenant_id TEXT NOT NULL,
    contact_id UUID NOT NULL,
    mark TEXT,
    pseudonym TEXT,
    name_text UUID,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, contact_id)
);
CREATE INDEX contact_marks_by_mark ON contact_marks (tenant_id, mark);
CREATE INDEX contact_marks_by_pseudonym ON contact_marks (tenant_id, pseudonym);

-- Projection: what was said. `message_id` was chosen by the sender and makes sending idempotent.
CREATE TABLE messages (
    tenant_id TEXT NOT NULL,
    contact_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    message_id UUID NOT NULL,
    sender TEXT NOT NULL,
    person_id UUID,
    text_id UUID NOT NULL,
    article TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, contact_id, seq)
);
CREATE UNIQUE INDEX messages_once ON messages (tenant_id, contact_id, message_id);

-- Projection: errands left with departments.
CREATE TABLE hand_overs (
    tenant_id TEXT NOT NULL,
    hand_over_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    municipality TEXT NOT NULL,
    department TEXT NOT NULL,
    phase TEXT NOT NULL,
    deadline BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    taken_by UUID,
    PRIMARY KEY (tenant_id, hand_over_id)
);
CREATE INDEX hand_overs_inbox ON hand_overs (tenant_id, municipality, department, phase, deadline);
CREATE INDEX hand_overs_by_contact ON hand_overs (tenant_id, contact_id);

-- What a visitor searched and read: kept 24 hours under the visitor mark.
CREATE TABLE trail (
    tenant_id TEXT NOT NULL,
    mark TEXT NOT NULL,
    step_id UUID NOT NULL,
    at BIGINT NOT NULL,
    municipality TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, mark, step_id)
);
CREATE INDEX trail_by_age ON trail (tenant_id, at);

-- People who work for the members, their roles (revoked ones stay, so that "who could see this on
-- Wednesday?" has an answer) and their logins.
CREATE TABLE people (
    tenant_id TEXT NOT NULL,
    person_id UUID NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    home TEXT NOT NULL,
    password TEXT NOT NULL,
    languages TEXT NOT NULL,
    capacity BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);
CREATE UNIQUE INDEX people_login ON people (tenant_id, login);

CREATE TABLE role_grants (
    tenant_id TEXT NOT NULL,
    person_id UUID NOT NULL,
    role TEXT NOT NULL,
    municipality TEXT NOT NULL,
    department TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (tenant_id, person_id, role, municipality, department, granted_at)
);

CREATE TABLE logins (
    tenant_id TEXT NOT NULL,
    login_id UUID NOT NULL,
    token_hash TEXT NOT NULL,
    person_id UUID NOT NULL,
    made_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    revoked_at BIGINT,
    browser TEXT NOT NULL,
    PRIMARY KEY (tenant_id, login_id)
);
CREATE UNIQUE INDEX logins_token ON logins (tenant_id, token_hash);
CREATE INDEX logins_by_person ON logins (tenant_id, person_id);

-- Counts attempts so that guessing is slow on every node.
CREATE TABLE throttles (
    tenant_id TEXT NOT NULL,
    what TEXT NOT NULL,
    since BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, what)
);

CREATE TABLE presences (
    tenant_id TEXT NOT NULL,
    person_id UUID NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    back_at BIGINT,
    since BIGINT NOT NULL,
    idle_since BIGINT NOT NULL,
    misses BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);

-- Municipalities, departments: name, numbers, hours. Bodies are JSON of rules::members.
CREATE TABLE municipalities (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, municipality)
);

CREATE TABLE departments (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    department TEXT NOT NULL,
    body TEXT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, municipality, department)
);

CREATE TABLE duties (
    tenant_id TEXT NOT NULL,
    duty_id UUID NOT NULL,
    serving TEXT NOT NULL,
    department TEXT NOT NULL,
    date TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    cancelled BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, duty_id)
);
CREATE INDEX duties_by_time ON duties (tenant_id, ends_at);

-- Articles, guides, referrals (municipality = '') and their local variants.
CREATE TABLE articles (
    tenant_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    municipality TEXT NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (tenant_id, topic, municipality)
);

CREATE TABLE helped (
    tenant_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    municipality TEXT NOT NULL,
    day TEXT NOT NULL,
    answer TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, topic, municipality, day, answer)
);

-- Projection: the colleague chat of those on duty. `message_id` makes sending idempotent.
CREATE TABLE room_messages (
    tenant_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    message_id UUID NOT NULL,
    person_id UUID NOT NULL,
    text_id UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE UNIQUE INDEX room_messages_once ON room_messages (tenant_id, person_id, message_id);

-- Work to be done at an instant: a lease says who is at it, a fence that nobody else is.
CREATE TABLE jobs (
    tenant_id TEXT NOT NULL,
    job_id UUID NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    body TEXT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (tenant_id, job_id)
);
CREATE UNIQUE INDEX jobs_once ON jobs (tenant_id, kind, key);
CREATE INDEX jobs_due ON jobs (tenant_id, run_at);

-- Who did or saw what, and why they could. Sealed into a hash chain by a job.
CREATE TABLE audit (
    tenant_id TEXT NOT NULL,
    audit_id UUID NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    ground TEXT NOT NULL,
    municipality TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    purpose TEXT NOT NULL,
    PRIMARY KEY (tenant_id, audit_id)
);
CREATE INDEX audit_by_time ON audit (tenant_id, at);
CREATE INDEX audit_by_subject ON audit (tenant_id, subject);

CREATE TABLE audit_seals (
    tenant_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    upto_at BIGINT NOT NULL,
    count BIGINT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (tenant_id, number)
);

-- Proof that retention and erasure have run, and the list a restored backup must apply again.
CREATE TABLE receipts (
    tenant_id TEXT NOT NULL,
    receipt_id UUID NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, receipt_id)
);

CREATE TABLE erasures (
    tenant_id TEXT NOT NULL,
    contact_id UUID NOT NULL,
    at BIGINT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (tenant_id, contact_id)
);

-- Small values by name: retention days, keys of pseudonyms, the demo's clock.
CREATE TABLE settings (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);
