-- Every reading that TPN made of a unit up to the cycle of its predicate, by
-- one form of the worksheet, oldest first; tries are the cycles after the
-- reading in which it stood for that predicate, the one it passed in included.
WITH passed AS (
  SELECT unit_id, CAST(min(year(awarded_on)) AS INTEGER) AS passed
  FROM nation_award
  WHERE predicate = $target AND issuer = 'nasional' AND revoked_on IS NULL AND year(awarded_on) <= $cycle AND unit_id <> $unit
  GROUP BY unit_id
),
reading AS (
  SELECT s.*, p.passed
  FROM passed p
  JOIN nation_score s ON s.unit_id = p.unit_id AND s.layer = 'tpn' AND s.cycle <= p.passed AND contains($forms, ',' || s.regulation || ',')
),
stood AS (
  SELECT r.unit_id, r.cycle, count(DISTINCT n.cycle) AS tries
  FROM reading r
  JOIN nation_nominee n ON n.unit_id = r.unit_id AND n.target = $target AND n.cycle > r.cycle AND n.cycle <= r.passed
  GROUP BY r.unit_id, r.cycle
)
SELECT r.unit_id, r.agency_id, r.kind, r.unit_type, r.cycle, r.passed, r.hidden, coalesce(t.tries, 0) AS tries, r.mp, r.tt, r.sdm, r.ak, r.pw, r.pp
FROM reading r
LEFT JOIN stood t ON t.unit_id = r.unit_id AND t.cycle = r.cycle
ORDER BY r.unit_id, r.cycle
