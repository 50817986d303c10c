-- The number of the seal that covers a row; none until the next sealing. A row that is committed
-- late, or under a clock that was set back, is covered by a later seal instead of by none.
ALTER TABLE audit ADD COLUMN seal INTEGER;
CREATE INDEX audit_by_seal ON audit (tenant_id, seal, audit_id);
