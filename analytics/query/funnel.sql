-- Decided nominees of each group, by who they were: counted for the funnel plot
-- and for what could be expected of them.
WITH decided AS (
  SELECT n.*, EXISTS (
    SELECT 1 FROM nation_nominee b WHERE b.unit_id = n.unit_id AND b.target = n.target AND b.cycle < n.cycle) AS again
  FROM nation_nominee n
  WHERE n.cycle BETWEEN $first AND $last AND n.result <> 'berjalan' AND {filter n} AND {nomination n}
), placed AS (
  SELECT *, CASE $group WHEN 'agency' THEN agency_id WHEN 'kind' THEN kind WHEN 'unit_type' THEN unit_type WHEN 'province' THEN province_code END AS id
  FROM decided
)
SELECT d.id, max(coalesce(g.name, p.name, d.id)) AS name, d.cycle, d.target, d.issuer, d.again, d.unit_type, d.kind,
  count(*) AS n, count(CASE WHEN d.result = 'lulus' THEN 1 END) AS hits
FROM placed d
LEFT JOIN agency g ON $group = 'agency' AND g.agency_id = d.id
LEFT JOIN place p ON $group = 'province' AND p.code = d.id
WHERE d.id <> ''
GROUP BY d.id, d.cycle, d.target, d.issuer, d.again, d.unit_type, d.kind
ORDER BY d.id, d.cycle, d.target, d.issuer, d.again, d.unit_type, d.kind
