-- Searches of the last day, joined by a keyed hash that is not the visitor mark. Gone within 24 hours.
CREATE TABLE search_episodes (
    tenant_id TEXT NOT NULL,
    episode_id BLOB NOT NULL,
    visit TEXT NOT NULL,
    municipality TEXT NOT NULL,
    audience TEXT NOT NULL,
    at INTEGER NOT NULL,
    phrase TEXT,
    contact_id BLOB,
    joined_at INTEGER,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, episode_id)
) STRICT;
CREATE INDEX search_episodes_by_visit ON search_episodes (tenant_id, visit, at);
CREATE INDEX search_episodes_by_age ON search_episodes (tenant_id, at);
CREATE INDEX search_episodes_by_contact ON search_episodes (tenant_id, contact_id);

-- What came of searches, by the day: counts of nobody in particular. The phrase is masked and
-- normalised; the empty one stands for those whose words were not kept.
CREATE TABLE search_counts (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    audience TEXT NOT NULL,
    day TEXT NOT NULL,
    phrase TEXT NOT NULL,
    area TEXT NOT NULL,
    searches INTEGER NOT NULL,
    visitors INTEGER NOT NULL,
    first_visitors INTEGER NOT NULL,
    found INTEGER NOT NULL,
    not_found INTEGER NOT NULL,
    zero_hits INTEGER NOT NULL,
    reformulated INTEGER NOT NULL,
    contacts INTEGER NOT NULL,
    helped INTEGER NOT NULL,
    not_helped INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, municipality, audience, day, phrase)
) STRICT;
CREATE INDEX search_counts_by_day ON search_counts (tenant_id, day);

-- Where searches led: opened (a hit), then-opened (after a failed search), next (the words tried
-- afterwards), missing-on (a page that was read before a contact), contact (its topic).
CREATE TABLE search_leads (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    audience TEXT NOT NULL,
    day TEXT NOT NULL,
    phrase TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    count INTEGER NOT NULL,
    ranks INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, municipality, audience, day, phrase, kind, target)
) STRICT;
CREATE INDEX search_leads_by_day ON search_leads (tenant_id, day);

-- The worklist: what citizens looked for and did not find.
CREATE TABLE improvements (
    tenant_id TEXT NOT NULL,
    improvement_id BLOB NOT NULL,
    municipality TEXT NOT NULL,
    audience TEXT NOT NULL,
    area TEXT NOT NULL,
    cluster TEXT NOT NULL,
    state TEXT NOT NULL,
    owner BLOB,
    due TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    visitors INTEGER NOT NULL,
    phrases TEXT NOT NULL,
    body TEXT NOT NULL,
    decision TEXT,
    done_on TEXT,
    before_found INTEGER NOT NULL,
    before_n INTEGER NOT NULL,
    after_found INTEGER NOT NULL,
    after_n INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, improvement_id)
) STRICT;
CREATE UNIQUE INDEX improvements_by_cluster ON improvements (tenant_id, municipality, audience, cluster);
