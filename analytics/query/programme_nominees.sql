-- Every nominee of every cycle: who it is, how far it came, the day its first
-- result was known and the day its last was, and whether a WBK was in force
-- when the cycle began (not known while no register was taken in).
WITH staged AS (
  SELECT n.unit_id, n.cycle, n.target, n.issuer,
    min(CASE WHEN n.stage = 'pengusulan' THEN n.entered_on END) AS entered_on,
    min(CASE WHEN n.stage <> 'pengusulan' AND n.result <> 'berjalan' THEN n.left_on END) AS first_on,
    max(CASE WHEN n.result <> 'berjalan' THEN n.left_on END) AS last_on
  FROM nomination n
  JOIN rule_stage s ON s.stage = n.stage
  WHERE s.ord >= (SELECT ord FROM rule_stage WHERE stage = 'pengusulan') AND n.stage NOT IN ('pemantauan', 'dicabut')
  GROUP BY n.unit_id, n.cycle, n.target, n.issuer
), awarded AS (
  SELECT unit_id, predicate, issuer, CAST(year(awarded_on) AS INTEGER) AS cycle, min(awarded_on) AS awarded_on
  FROM award
  GROUP BY unit_id, predicate, issuer, year(awarded_on)
), held AS (
  SELECT x.unit_id, x.cycle,
    max(CASE WHEN a.predicate = 'WBK' AND year(a.awarded_on) < x.cycle AND (a.revoked_on IS NULL OR year(a.revoked_on) >= x.cycle) THEN 1 ELSE 0 END) AS wbk
  FROM (SELECT DISTINCT unit_id, cycle FROM nominee) x
  LEFT JOIN award a ON a.unit_id = x.unit_id
  WHERE EXISTS (SELECT 1 FROM award)
  GROUP BY x.unit_id, x.cycle
)
SELECT x.unit_id, x.cycle, x.target, x.issuer, x.agency_id, x.kind, x.unit_type, x.province_code, x.last_stage, x.result,
  s.entered_on, s.first_on, coalesce(s.last_on, a.awarded_on) AS last_on, h.wbk = 1 AS held_wbk,
  u.name, g.name AS agency, p.name AS province
FROM nominee x
JOIN unit u ON u.unit_id = x.unit_id
JOIN agency g ON g.agency_id = x.agency_id
LEFT JOIN place p ON p.code = x.province_code
LEFT JOIN staged s ON s.unit_id = x.unit_id AND s.cycle = x.cycle AND s.target = x.target AND s.issuer = x.issuer
LEFT JOIN awarded a ON a.unit_id = x.unit_id AND a.cycle = x.cycle AND a.predicate = x.target AND a.issuer = x.issuer
LEFT JOIN held h ON h.unit_id = x.unit_id AND h.cycle = x.cycle
ORDER BY x.cycle, x.unit_id, x.target, x.issuer DESC
