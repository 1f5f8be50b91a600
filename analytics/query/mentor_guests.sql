-- Who stands in a cycle for the first predicate or the next: the units
-- nominated, or, where the reader knows of no nomination yet, all with a
-- worksheet; with how the inspectorate (else the unit itself) scored each area.
WITH sheet AS (
  SELECT s.*, row_number() OVER (PARTITION BY s.unit_id ORDER BY s.layer = 'tpi' DESC) AS pick
  FROM score s
  WHERE s.cycle = $cycle AND s.layer IN ('self', 'tpi') AND {filter s}
),
named AS (
  SELECT unit_id, min(target) AS target FROM nomination WHERE cycle = $cycle GROUP BY unit_id
)
SELECT s.unit_id, u.name, s.agency_id, g.name AS agency, s.kind, s.unit_type, s.province_code, p.name AS province, s.regulation, s.layer, n.target,
  s.mp, s.tt, s.sdm, s.ak, s.pw, s.pp
FROM sheet s
JOIN unit u ON u.unit_id = s.unit_id
JOIN agency g ON g.agency_id = s.agency_id
LEFT JOIN place p ON p.code = s.province_code
LEFT JOIN named n ON n.unit_id = s.unit_id
WHERE s.pick = 1 AND (n.unit_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM named)) AND ($target = '' OR n.target = $target)
ORDER BY s.unit_id
