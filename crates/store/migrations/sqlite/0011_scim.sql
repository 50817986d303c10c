-- What municipalities' own directories push here (SCIM 2.0): their tokens, of which only a hash is
-- kept, the users and groups as they were pushed (`body` is JSON of rules::scim; `name` is userName
-- or displayName in small letters), and who is in which group. `unit` is the unit of the directory
-- that a group stands for; `own` says that the group made it.
CREATE TABLE scim_tokens (
    tenant_id TEXT NOT NULL,
    token_id BLOB NOT NULL,
    municipality TEXT NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    used_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (tenant_id, token_id)
) STRICT;

CREATE TABLE scim_resources (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    kind TEXT NOT NULL,
    resource_id BLOB NOT NULL,
    name TEXT NOT NULL,
    external_id TEXT,
    body TEXT NOT NULL,
    unit TEXT,
    own INTEGER NOT NULL,
    version INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, municipality, kind, resource_id)
) STRICT;
CREATE UNIQUE INDEX scim_resources_by_name
    ON scim_resources (tenant_id, municipality, kind, name);
CREATE INDEX scim_resources_by_external
    ON scim_resources (tenant_id, municipality, kind, external_id);

CREATE TABLE scim_members (
    tenant_id TEXT NOT NULL,
    municipality TEXT NOT NULL,
    group_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (tenant_id, municipality, group_id, member_id)
) STRICT;
CREATE INDEX scim_members_by_member ON scim_members (tenant_id, municipality, member_id);
