-- Where a published text comes from, since when it stands and how long, and whose it is. `number`
-- counts the versions of this text; `version` stays what it was: a master's own version, and for a
-- local text the version of the master it was written against.
ALTER TABLE articles ADD COLUMN origin TEXT NOT NULL DEFAULT 'content';
ALTER TABLE articles ADD COLUMN number BIGINT NOT NULL DEFAULT 1;
ALTER TABLE articles ADD COLUMN published_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN expires_at BIGINT;
ALTER TABLE articles ADD COLUMN owner_person UUID;
ALTER TABLE articles ADD COLUMN reviewer_person UUID;
UPDATE articles SET number = version WHERE municipality = '';

-- Every version that was ever published, and what became of the text. `what` is published, expired
-- or removed; `master` the version of the master it was written against (0: it is a master).
CREATE TABLE text_versions (
    tenant_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    municipality TEXT NOT NULL,
    number BIGINT NOT NULL,
    what TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    master BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_person UUID,
    note TEXT NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (tenant_id, topic, municipality, number)
);
INSERT INTO text_versions (tenant_id, topic, municipality, number, what, kind, body, master, at,
    by_person, note, origin)
SELECT tenant_id, topic, municipality, number, 'published', kind, body,
    CASE WHEN municipality = '' THEN 0 ELSE version END, published_at, NULL, '', origin
FROM articles;

-- What is being written: one open draft per text. One that ended is kept a while, so that a text
-- that is sent too late still finds where it belongs.
CREATE TABLE drafts (
    tenant_id TEXT NOT NULL,
    draft_id UUID NOT NULL,
    topic TEXT NOT NULL,
    municipality TEXT NOT NULL,
    kind TEXT NOT NULL,
    area TEXT NOT NULL,
    phase TEXT NOT NULL,
    revision BIGINT NOT NULL,
    base BIGINT NOT NULL,
    body TEXT NOT NULL,
    removes BOOLEAN NOT NULL,
    settled TEXT NOT NULL,
    author UUID NOT NULL,
    last_author UUID NOT NULL,
    reviewer UUID,
    approved_by UUID,
    note TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    publish_at BIGINT,
    expires_at BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (tenant_id, draft_id)
);
CREATE UNIQUE INDEX drafts_one_open ON drafts (tenant_id, topic, municipality) WHERE ended_at IS NULL;
CREATE INDEX drafts_by_end ON drafts (tenant_id, ended_at);

-- The text of an editor whom another was quicker than.
CREATE TABLE draft_keepsakes (
    tenant_id TEXT NOT NULL,
    keepsake_id UUID NOT NULL,
    draft_id UUID NOT NULL,
    person_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, keepsake_id)
);
CREATE INDEX draft_keepsakes_by_draft ON draft_keepsakes (tenant_id, draft_id);
CREATE INDEX draft_keepsakes_by_age ON draft_keepsakes (tenant_id, at);

-- Who has a draft open now.
CREATE TABLE draft_presence (
    tenant_id TEXT NOT NULL,
    draft_id UUID NOT NULL,
    person_id UUID NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, draft_id, person_id)
);

-- What editors have to do. `about` tells apart two tasks of a kind on one text; topic and
-- municipality are empty where there is none. `due` is a date.
CREATE TABLE knowledge_tasks (
    tenant_id TEXT NOT NULL,
    task_id UUID NOT NULL,
    kind TEXT NOT NULL,
    topic TEXT NOT NULL,
    municipality TEXT NOT NULL,
    about TEXT NOT NULL,
    area TEXT NOT NULL,
    why TEXT NOT NULL,
    args TEXT NOT NULL,
    owner UUID,
    due TEXT NOT NULL,
    state TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (tenant_id, task_id)
);
CREATE UNIQUE INDEX knowledge_tasks_once ON knowledge_tasks (tenant_id, kind, topic, municipality, about)
    WHERE closed_at IS NULL;
CREATE INDEX knowledge_tasks_by_age ON knowledge_tasks (tenant_id, closed_at);
