-- Sitemaps are read one by one like pages. `kind` is `map`, `page`, or `read`: a map that has been read
-- in this round and is not read again.
ALTER TABLE site_queue ADD COLUMN kind TEXT NOT NULL DEFAULT 'page';
-- Of the round under way: whether all that the site lists could be read, and how many pages that was.
ALTER TABLE sites ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sites ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;

-- What is looked at next is the first of it.
CREATE INDEX site_queue_next ON site_queue (tenant_id, municipality, kind, url);
