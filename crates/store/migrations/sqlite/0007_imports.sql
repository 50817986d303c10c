-- imports
-- A municipality's own site as it is read: `hosts` is a JSON list; `round` counts the visits; `faults`
-- is a JSON list of what went wrong in the last one.
CREATE TABLE sites (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    hosts TEXT NOT NULL,
    sitemap TEXT NOT NULL,
    active INTEGER NOT NULL,
    round INTEGER NOT NULL,
    phase TEXT NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    fetched INTEGER NOT NULL,
    faults TEXT NOT NULL,
    PRIMARY KEY (tenant_id, municipality)
) STRICT;

-- What is still to be visited in this round.
CREATE TABLE site_queue (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    url TEXT NOT NULL,
    changed TEXT NOT NULL,
    PRIMARY KEY (tenant_id, municipality, url)
) STRICT;

-- The pages of a site. `key` is the topic under which the search knows it; `changed` what the
-- sitemap said of it; `round` when it was last listed.
CREATE TABLE site_pages (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    url TEXT NOT NULL,
    key TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    changed TEXT NOT NULL,
    hash TEXT NOT NULL,
    round INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    fetched_at INTEGER NOT NULL,
    gone_at INTEGER,
    PRIMARY KEY (tenant_id, municipality, url)
) STRICT;
CREATE INDEX site_pages_by_key ON site_pages (tenant_id, key);

-- Subjects of KLE that an operator imported from KL; none are shipped. `words` is a JSON list.
CREATE TABLE kle_subjects (
    tenant_id TEXT NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    edition TEXT NOT NULL,
    PRIMARY KEY (tenant_id, number)
) STRICT;
