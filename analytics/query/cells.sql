-- How many units each group of a list counts, and how many of them the reader
-- may not see by name. $row names what the list goes by; $part, one of the
-- filter's own restrictions, which is lifted so that the groups beside the
-- chosen one are counted too ('' lifts none). Nominees, or who was scored in
-- one layer; all cycles.
WITH counted AS (
  SELECT s.cycle, s.unit_id, s.hidden, s.kind, s.agency_id, s.unit_type, s.province_code, '' AS outcome,
    ($target = '' AND $issuer = '') OR EXISTS (
      SELECT 1 FROM nation_nominee n WHERE n.unit_id = s.unit_id AND n.cycle = s.cycle AND {nomination n}) AS chosen
  FROM nation_score s
  WHERE $of = 'scored' AND s.layer = $layer
  UNION ALL
  SELECT n.cycle, n.unit_id, n.hidden, n.kind, n.agency_id, n.unit_type, n.province_code, n.target || ' ' || n.issuer, {nomination n}
  FROM nation_nominee n
  WHERE $of = 'nominated'
)
SELECT cycle,
  CASE $part WHEN 'kind' THEN kind WHEN 'agency' THEN agency_id WHEN 'unit_type' THEN unit_type WHEN 'province' THEN province_code
    WHEN 'nomination' THEN CASE WHEN chosen THEN 'chosen' END END AS part,
  CASE $row WHEN 'kind' THEN kind WHEN 'agency' THEN agency_id WHEN 'unit_type' THEN unit_type
    WHEN 'province' THEN province_code WHEN 'outcome' THEN outcome END AS row,
  count(DISTINCT unit_id) AS n, count(DISTINCT CASE WHEN hidden THEN unit_id END) AS hidden
FROM counted
WHERE ($part = 'kind' OR $kind = '' OR kind = $kind) AND ($part = 'agency' OR $agency = '' OR agency_id = $agency)
  AND ($part = 'unit_type' OR $unit_type = '' OR unit_type = $unit_type) AND ($part = 'province' OR $province = '' OR province_code = $province)
  AND ($part = 'nomination' OR chosen)
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
