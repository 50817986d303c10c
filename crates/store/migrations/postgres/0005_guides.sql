-- How question guides are walked: counts by day, nothing of a person. `what` is asked, ended, on, to
-- (with the turn in `next`) or back; `who` is citizen or agent.
CREATE TABLE guide_steps (
    tenant_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    day TEXT NOT NULL,
    municipality TEXT NOT NULL,
    version BIGINT NOT NULL,
    who TEXT NOT NULL,
    node TEXT NOT NULL,
    what TEXT NOT NULL,
    next TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, topic, day, municipality, version, who, node, what, next)
);
