-- Searches of the last day, joined by a keyed hash that is not the visitor mark. Gone within 24 hours.
CREATE TABLE search_episodes (
    tenant_id TEXT NOT NULL,
    episode_id UUID NOT NULL,
    visit TEXT NOT NULL,
    municipality TEXT NOT NULL,
    audience TEXT NOT NULL,
    at BIGINT NOT NULL,
    phrase TEXT,
    contact_id UUID,
    joined_at BIGINT,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, episode_id)
);
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
    searches BIGINT NOT NULL,
    visitors BIGINT NOT NULL,
    first_visitors BIGINT NOT NULL,
    found BIGINT NOT NULL,
    not_found BIGINT NOT NULL,
    zero_hits BIGINT NOT NULL,
    reformulated BIGINT NOT NULL,
    contacts BIGINT NOT NULL,
    helped BIGINT NOT NULL,
    not_helped BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, municipality, audience, day, phrase)
);
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
    count BIGINT NOT NULL,
    ranks BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, municipality, audience, day, phrase, kind, target)
);
CREATE INDEX search_leads_by_day ON search_leads (tenant_id, day);

-- The worklist: what citizens looked for and did not find.
CREATE TABLE improvements (
    tenant_id TEXT NOT NULL,
    improvement_id UUID NOT NULL,
    municipality TEXT NOT NULL,
    audience TEXT NOT NULL,
    area TEXT NOT NULL,
    cluster TEXT NOT NULL,
    state TEXT NOT NULL,
    owner UUID,
    due TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    visitors BIGINT NOT NULL,
    phrases TEXT NOT NULL,
    body TEXT NOT NULL,
    decision TEXT,
    done_on TEXT,
    before_found BIGINT NOT NULL,
    before_n BIGINT NOT NULL,
    after_found BIGINT NOT NULL,
    after_n BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, improvement_id)
);
CREATE UNIQUE INDEX improvements_by_cluster ON improvements (tenant_id, municipality, audience, cluster);
