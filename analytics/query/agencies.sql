-- Agencies with what the filter leaves of each: unit type and province are the
-- units' own, as on every other page. An agency that the filter leaves nothing
-- of is not listed.
WITH u AS (
  SELECT agency_id, count(*) AS units FROM unit
  WHERE (opened IS NULL OR opened <= $cycle) AND (closed IS NULL OR closed >= $cycle)
    AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  GROUP BY agency_id
), s AS (
  SELECT agency_id, count(*) AS scored, quantile_cont(CAST(total AS DOUBLE), 0.5) AS median
  FROM score
  WHERE cycle = $cycle AND layer = $layer
    AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
    AND (($target = '' AND $issuer = '') OR unit_id IN (
    SELECT unit_id FROM nominee WHERE cycle = $cycle AND ($target = '' OR target = $target) AND ($issuer = '' OR issuer = $issuer)))
  GROUP BY agency_id
), n AS (
  SELECT agency_id, count(DISTINCT unit_id) AS nominees,
    count(CASE WHEN result = 'lulus' THEN 1 END) AS hits, count(CASE WHEN result <> 'berjalan' THEN 1 END) AS decided
  FROM nominee
  WHERE cycle = $cycle AND ($target = '' OR target = $target) AND ($issuer = '' OR issuer = $issuer)
    AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  GROUP BY agency_id
), h AS (
  SELECT u.agency_id, count(DISTINCT a.unit_id) AS holders FROM award a JOIN unit u ON u.unit_id = a.unit_id
  WHERE year(a.awarded_on) <= $cycle AND (a.revoked_on IS NULL OR year(a.revoked_on) > $cycle)
    AND ($target = '' OR a.predicate = $target) AND ($issuer = '' OR a.issuer = $issuer)
    AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province)
  GROUP BY u.agency_id
)
SELECT g.agency_id, g.name, g.kind, p.name AS province, coalesce(u.units, 0) AS units, coalesce(s.scored, 0) AS scored,
  coalesce(n.nominees, 0) AS nominees, coalesce(n.hits, 0) AS hits, coalesce(n.decided, 0) AS decided, coalesce(h.holders, 0) AS holders, s.median
FROM agency g
LEFT JOIN place p ON p.code = g.province_code
LEFT JOIN u ON u.agency_id = g.agency_id
LEFT JOIN s ON s.agency_id = g.agency_id
LEFT JOIN n ON n.agency_id = g.agency_id
LEFT JOIN h ON h.agency_id = g.agency_id
WHERE ($kind = '' OR g.kind = $kind) AND ($agency = '' OR g.agency_id = $agency)
  AND ($q = '' OR contains(lower(g.name), lower($q)) OR contains(lower(g.agency_id), lower($q)))
  AND (($unit_type = '' AND $province = '') OR u.units > 0 OR s.scored > 0 OR n.nominees > 0 OR h.holders > 0)
ORDER BY coalesce(n.nominees, 0) DESC, g.name
