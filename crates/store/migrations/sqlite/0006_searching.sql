-- What editors say about words; in force at once, without indexing anew. The empty municipality is
-- everywhere. `weight` is in hundredths.
CREATE TABLE synonyms (
    tenant_id TEXT NOT NULL,
    synonym_id BLOB NOT NULL,
    municipality TEXT NOT NULL,
    said TEXT NOT NULL,
    means TEXT NOT NULL,
    both_ways INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    live INTEGER NOT NULL,
    author BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, synonym_id)
) STRICT;

-- How often a synonym led to a hit, by the day; without a word of any query.
CREATE TABLE synonym_uses (
    tenant_id TEXT NOT NULL,
    synonym_id BLOB NOT NULL,
    day TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, synonym_id, day)
) STRICT;

-- The topic that comes first for a query.
CREATE TABLE best_bets (
    tenant_id TEXT NOT NULL,
    bet_id BLOB NOT NULL,
    municipality TEXT NOT NULL,
    query TEXT NOT NULL,
    topic TEXT NOT NULL,
    until INTEGER,
    author BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, bet_id)
) STRICT;

-- `kind` is whole (never split), split (so: `says`) or not-typo (of `says`; of anything when empty).
CREATE TABLE word_exceptions (
    tenant_id TEXT NOT NULL,
    exception_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    word TEXT NOT NULL,
    says TEXT NOT NULL,
    author BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, exception_id)
) STRICT;

-- How often a topic's page was shown, by the day. Nobody's name, only a number.
CREATE TABLE article_views (
    tenant_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    municipality TEXT NOT NULL,
    day TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, topic, municipality, day)
) STRICT;
CREATE INDEX article_views_by_day ON article_views (tenant_id, day);

-- What a text means as a model has it: for semantic search, when it is switched on.
CREATE TABLE text_vectors (
    tenant_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    municipality TEXT NOT NULL,
    model TEXT NOT NULL,
    digest TEXT NOT NULL,
    vector TEXT NOT NULL,
    PRIMARY KEY (tenant_id, topic, municipality)
) STRICT;
