-- Holders of a predicate and what TPN gave one area, and all areas on average,
-- in the cycle of each award; whether they receive visitors, and how many came.
WITH given AS (
  SELECT unit_id, cycle, avg(CAST(share AS DOUBLE)) AS whole, max(CASE WHEN area = $area THEN CAST(share AS DOUBLE) END) AS share
  FROM area_share
  WHERE layer = 'tpn' AND area IN ('MP', 'TT', 'SDM', 'AK', 'PW', 'PP')
  GROUP BY unit_id, cycle
)
SELECT a.unit_id, a.predicate, a.issuer, x.cycle, s.regulation, x.share, x.whole,
  h.capacity, h.office_contact, h.unit_id IS NOT NULL AS receives, coalesce(v.visits, 0) AS visits
FROM award a
JOIN given x ON x.unit_id = a.unit_id AND x.cycle = CAST(year(a.awarded_on) AS INTEGER)
JOIN score s ON s.unit_id = x.unit_id AND s.cycle = x.cycle AND s.layer = 'tpn'
LEFT JOIN (SELECT unit_id, arg_max(capacity, cycle) AS capacity, arg_max(office_contact, cycle) AS office_contact FROM host WHERE cycle <= $cycle GROUP BY unit_id) h ON h.unit_id = a.unit_id
LEFT JOIN (SELECT host_id, count(*) AS visits FROM nation_visit WHERE cycle = $cycle GROUP BY host_id) v ON v.host_id = a.unit_id
WHERE a.revoked_on IS NULL AND a.issuer = 'nasional' AND x.share IS NOT NULL AND x.cycle <= $cycle
ORDER BY a.unit_id, a.awarded_on, a.predicate
