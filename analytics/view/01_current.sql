-- What holds now of the rows that belong to a cycle. The serving file reads
-- one cycle after the other, so no view here or behind may look at the rows of
-- another cycle, unless it is named in Go as one that looks across.

CREATE VIEW agency_gate AS SELECT * FROM raw_gates
QUALIFY row_number() OVER (PARTITION BY agency_id, cycle ORDER BY source DESC, line DESC) = 1;

CREATE VIEW unit_gate AS SELECT * FROM raw_unit_gates
QUALIFY row_number() OVER (PARTITION BY unit_id, cycle ORDER BY source DESC, line DESC) = 1;

-- A worksheet is replaced whole: the newest submission that holds any of its
-- items holds all of them. Should one submission hold it under two
-- regulations, the later source decides.
CREATE VIEW answer AS
WITH newest AS (
  SELECT * FROM (
    SELECT DISTINCT a.unit_id, a.cycle, a.layer, a.regulation, a.source, s.submission
    FROM raw_answers a JOIN source s USING (source)
  )
  QUALIFY row_number() OVER (PARTITION BY unit_id, cycle, layer ORDER BY source DESC, regulation DESC) = 1
)
SELECT a.* FROM raw_answers a
JOIN source s USING (source)
JOIN newest n
  ON n.unit_id = a.unit_id AND n.cycle = a.cycle AND n.layer = a.layer AND n.submission = s.submission AND n.regulation = a.regulation
QUALIFY row_number() OVER (PARTITION BY a.unit_id, a.cycle, a.layer, a.item_id ORDER BY a.source DESC, a.line DESC) = 1;

CREATE VIEW sent_score AS
WITH newest AS (
  SELECT * FROM (
    SELECT DISTINCT a.unit_id, a.cycle, a.layer, a.regulation, a.source, s.submission
    FROM raw_scores a JOIN source s USING (source)
  )
  QUALIFY row_number() OVER (PARTITION BY unit_id, cycle, layer ORDER BY source DESC, regulation DESC) = 1
)
SELECT a.* FROM raw_scores a
JOIN source s USING (source)
JOIN newest n
  ON n.unit_id = a.unit_id AND n.cycle = a.cycle AND n.layer = a.layer AND n.submission = s.submission AND n.regulation = a.regulation
QUALIFY row_number() OVER (PARTITION BY a.unit_id, a.cycle, a.layer, a.code ORDER BY a.source DESC, a.line DESC) = 1;

CREATE VIEW survey AS SELECT * FROM raw_surveys
QUALIFY row_number() OVER (PARTITION BY unit_id, cycle, index, lower(surveyor), period_start ORDER BY source DESC, line DESC) = 1;

CREATE VIEW nomination AS SELECT * FROM raw_nominations
QUALIFY row_number() OVER (PARTITION BY unit_id, cycle, target, issuer, stage ORDER BY source DESC, line DESC) = 1;

CREATE VIEW quota AS SELECT * FROM raw_quotas
QUALIFY row_number() OVER (PARTITION BY agency_id, cycle, target ORDER BY source DESC, line DESC) = 1;

CREATE VIEW host AS SELECT * FROM raw_hosts
QUALIFY row_number() OVER (PARTITION BY unit_id, cycle ORDER BY source DESC, line DESC) = 1;

CREATE VIEW zone AS SELECT * FROM raw_zones
QUALIFY row_number() OVER (PARTITION BY zone_id, unit_id, cycle ORDER BY source DESC, line DESC) = 1;
