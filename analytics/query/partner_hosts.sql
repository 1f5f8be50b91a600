-- Holders of a predicate and what TPN gave one area, and all areas on average,
-- in the cycle of each award; whether they receive visitors, and how many came.
WITH given AS (
  SELECT unit_id, cycle, regulation, list_avg([CAST(mp AS DOUBLE), CAST(tt AS DOUBLE), CAST(sdm AS DOUBLE), CAST(ak AS DOUBLE), CAST(pw AS DOUBLE), CAST(pp AS DOUBLE)]) AS whole,
    CAST(CASE $area WHEN 'MP' THEN mp WHEN 'TT' THEN tt WHEN 'SDM' THEN sdm WHEN 'AK' THEN ak WHEN 'PW' THEN pw WHEN 'PP' THEN pp END AS DOUBLE) AS share
  FROM score
  WHERE layer = 'tpn' AND cycle <= $cycle
)
SELECT a.unit_id, a.predicate, a.issuer, x.cycle, x.regulation, x.share, x.whole,
  h.capacity, h.office_contact, h.unit_id IS NOT NULL AS receives, coalesce(v.visits, 0) AS visits
FROM award a
JOIN given x ON x.unit_id = a.unit_id AND x.cycle = CAST(year(a.awarded_on) AS INTEGER)
LEFT JOIN (SELECT unit_id, arg_max(capacity, cycle) AS capacity, arg_max(office_contact, cycle) AS office_contact FROM host WHERE cycle <= $cycle GROUP BY unit_id) h ON h.unit_id = a.unit_id
LEFT JOIN (SELECT host_id, count(*) AS visits FROM nation_visit WHERE cycle = $cycle GROUP BY host_id) v ON v.host_id = a.unit_id
WHERE a.revoked_on IS NULL AND a.issuer = 'nasional' AND x.share IS NOT NULL AND x.cycle <= $cycle
ORDER BY a.unit_id, a.awarded_on, a.predicate
