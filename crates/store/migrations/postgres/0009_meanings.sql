-- Vectors as bytes (32-bit floats, the least byte first), each under the number of the stream
-- knowledge/meanings at which it was written. They are made of texts, so those that were stored as
-- words go, backups leave them out, and the model makes them again.
DROP TABLE text_vectors;
CREATE TABLE text_meanings (
    tenant_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    municipality TEXT NOT NULL,
    model TEXT NOT NULL,
    digest TEXT NOT NULL,
    vector BYTEA NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, topic, municipality)
);
CREATE INDEX text_meanings_by_seq ON text_meanings (tenant_id, seq);
