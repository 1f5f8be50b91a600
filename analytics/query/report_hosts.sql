-- Holders of a predicate that TPN saw at their best in one area in the cycle of
-- the predicate: units of the same type first, then of the same province.
WITH seen AS (
  SELECT a.unit_id, a.predicate, x.cycle, x.share,
    row_number() OVER (PARTITION BY a.unit_id ORDER BY x.cycle DESC, a.predicate) AS newest
  FROM award a
  JOIN area_share x ON x.unit_id = a.unit_id AND x.cycle = CAST(year(a.awarded_on) AS INTEGER) AND x.layer = 'tpn' AND x.area = $area
  WHERE a.revoked_on IS NULL AND x.cycle <= $cycle AND x.share IS NOT NULL AND a.unit_id <> $unit
)
SELECT s.unit_id, u.name, g.name AS agency, p.name AS province, u.unit_type = $unit_type AS same_type, s.predicate, s.cycle, s.share, h.office_contact AS contact
FROM seen s
JOIN unit u ON u.unit_id = s.unit_id
JOIN agency g ON g.agency_id = u.agency_id
LEFT JOIN place p ON p.code = u.province_code
LEFT JOIN (SELECT unit_id, arg_max(office_contact, cycle) AS office_contact FROM host WHERE cycle <= $cycle GROUP BY unit_id) h ON h.unit_id = s.unit_id
WHERE s.newest = 1 AND s.share > $above
ORDER BY same_type DESC, u.province_code = $home DESC, s.share DESC, s.unit_id
LIMIT 4
