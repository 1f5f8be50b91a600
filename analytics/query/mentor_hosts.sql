-- Holders that receive visitors, with how the national team saw each area in
-- the cycle of the newest predicate.
SELECT s.unit_id, u.name, u.agency_id, g.name AS agency, g.kind, u.unit_type, u.province_code, p.name AS province, s.cycle, a.predicate, h.capacity,
  s.mp, s.tt, s.sdm, s.ak, s.pw, s.pp
FROM (
  SELECT unit_id, arg_max(capacity, cycle) AS capacity FROM host WHERE cycle <= $cycle AND capacity > 0 GROUP BY unit_id
) h
JOIN (
  SELECT unit_id, CAST(max(year(awarded_on)) AS INTEGER) AS cycle, arg_max(predicate, awarded_on) AS predicate FROM award
  WHERE revoked_on IS NULL AND issuer = 'nasional' AND year(awarded_on) <= $cycle
  GROUP BY unit_id
) a ON a.unit_id = h.unit_id
JOIN score s ON s.unit_id = a.unit_id AND s.cycle = a.cycle AND s.layer = 'tpn'
JOIN unit u ON u.unit_id = s.unit_id
JOIN agency g ON g.agency_id = u.agency_id
LEFT JOIN place p ON p.code = u.province_code
ORDER BY s.unit_id
