-- The newest worksheet by its inspectorate of everyone who holds a predicate of
-- the nation, up to a cycle, as shares of the weight like those of nominees;
-- with what it holds, and who it is.
WITH holds AS (
  SELECT a.unit_id, max(a.predicate) AS predicate, min(a.awarded_on) AS since
  FROM award a
  WHERE a.issuer = 'nasional' AND year(a.awarded_on) <= $cycle AND (a.revoked_on IS NULL OR year(a.revoked_on) > $cycle)
    AND a.predicate = CASE WHEN EXISTS (
      SELECT 1 FROM award b WHERE b.unit_id = a.unit_id AND b.predicate = 'WBBM' AND b.issuer = 'nasional' AND year(b.awarded_on) <= $cycle AND (b.revoked_on IS NULL OR year(b.revoked_on) > $cycle)) THEN 'WBBM' ELSE 'WBK' END
  GROUP BY a.unit_id
), nominated AS (
  SELECT w.unit_id, max(w.cycle) AS cycle
  FROM worksheet w
  JOIN holds h ON h.unit_id = w.unit_id
  WHERE w.layer = 'tpi' AND w.cycle <= $cycle
  GROUP BY w.unit_id
), wanted AS (
  {weighed}
), share AS (
  SELECT n.unit_id, n.cycle, n.layer, w.what, w.area, CAST(n.score AS DOUBLE) / CAST(w.weight AS DOUBLE) AS v
  FROM node n
  JOIN wanted w ON w.regulation = n.regulation AND w.code = n.code
  JOIN nominated x ON x.unit_id = n.unit_id AND x.cycle = n.cycle
  WHERE n.layer = 'tpi' AND n.state = 'answered'
)
SELECT s.unit_id, s.cycle, h.predicate, year(h.since) AS since, u.name, u.agency_id, g.name AS agency, g.kind, u.unit_type, u.province_code, p.name AS province,
  {parts s},
  max(c.ipak) AS ipak, max(c.ipkp) AS ipkp
FROM share s
JOIN holds h ON h.unit_id = s.unit_id
JOIN unit u ON u.unit_id = s.unit_id
JOIN agency g ON g.agency_id = u.agency_id
LEFT JOIN place p ON p.code = u.province_code
LEFT JOIN score c ON c.unit_id = s.unit_id AND c.cycle = s.cycle AND c.layer = s.layer
WHERE ($kind = '' OR g.kind = $kind) AND ($agency = '' OR u.agency_id = $agency) AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province)
  AND ($target = '' OR h.predicate = $target)
GROUP BY s.unit_id, s.cycle, h.predicate, h.since, u.name, u.agency_id, g.name, g.kind, u.unit_type, u.province_code, p.name
ORDER BY s.unit_id
