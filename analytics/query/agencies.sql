-- Agencies with what the filter leaves of each: unit type and province are the
-- units' own, as on every other page. An agency that the filter leaves nothing
-- of is not listed.
WITH u AS (
  SELECT agency_id, count(*) AS units FROM nation_unit
  WHERE (opened IS NULL OR opened <= $cycle) AND (closed IS NULL OR closed >= $cycle)
    AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  GROUP BY agency_id
), s AS (
  SELECT agency_id, count(*) AS scored, quantile_cont(CAST(total AS DOUBLE), 0.5) AS median
  FROM nation_score x
  WHERE cycle = $cycle AND layer = $layer
    AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
    AND {nominated x}
  GROUP BY agency_id
), n AS (
  SELECT agency_id, count(DISTINCT unit_id) AS nominees,
    count(CASE WHEN result = 'lulus' THEN 1 END) AS hits, count(CASE WHEN result <> 'berjalan' THEN 1 END) AS decided
  FROM nation_nominee x
  WHERE cycle = $cycle AND {nomination x}
    AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  GROUP BY agency_id
), h AS (
  SELECT agency_id, count(DISTINCT unit_id) AS holders FROM nation_award
  WHERE year(awarded_on) <= $cycle AND (revoked_on IS NULL OR year(revoked_on) > $cycle)
    AND ($target = '' OR predicate = $target) AND ($issuer = '' OR issuer = $issuer)
    AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  GROUP BY agency_id
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
  AND (($unit_type = '' AND $province = '') OR u.units > 0 OR h.holders > 0 OR s.scored > 0 OR n.nominees > 0)
ORDER BY g.name, g.agency_id
