-- What TPN gave the holders of a national predicate in each area in the cycle of
-- the newest one, on one form of the worksheet, and how many they serve.
SELECT h.unit_id, x.area, CAST(x.share AS DOUBLE) AS share, u.service_users
FROM (
  SELECT unit_id, CAST(max(year(awarded_on)) AS INTEGER) AS cycle FROM award
  WHERE revoked_on IS NULL AND issuer = 'nasional' AND year(awarded_on) <= $cycle
  GROUP BY unit_id
) h
JOIN score s ON s.unit_id = h.unit_id AND s.cycle = h.cycle AND s.layer = 'tpn' AND contains($forms, ',' || s.regulation || ',')
JOIN area_share x ON x.unit_id = s.unit_id AND x.cycle = s.cycle AND x.layer = s.layer
JOIN unit u ON u.unit_id = h.unit_id
WHERE x.share IS NOT NULL AND u.service_users > 0
ORDER BY x.area, h.unit_id
