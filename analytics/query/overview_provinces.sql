-- All 38 provinces, those without units too; and, last, the units whose
-- province is not known, so that the rows add up to the whole.
WITH u AS (
  SELECT coalesce(u.province_code, '') AS province_code, count(*) AS units FROM nation_unit u
  WHERE (u.opened IS NULL OR u.opened <= $cycle) AND (u.closed IS NULL OR u.closed >= $cycle)
  AND {filter u}
  GROUP BY coalesce(u.province_code, '')
), s AS (
  SELECT coalesce(province_code, '') AS province_code, count(*) AS scored, quantile_cont(CAST(total AS DOUBLE), 0.5) AS median FROM nation_score x
  WHERE cycle = $cycle AND layer = $layer
  AND {filter x}
  AND {nominated x}
  GROUP BY coalesce(province_code, '')
), n AS (
  SELECT coalesce(province_code, '') AS province_code, count(DISTINCT unit_id) AS nominees,
    count(DISTINCT CASE WHEN result = 'lulus' THEN unit_id END) AS passed,
    count(CASE WHEN result = 'lulus' THEN 1 END) AS hits, count(CASE WHEN result <> 'berjalan' THEN 1 END) AS decided
  FROM nation_nominee x WHERE cycle = $cycle
  AND {filter x}
  AND {nomination x}
  GROUP BY coalesce(province_code, '')
), h AS (
  SELECT coalesce(a.province_code, '') AS province_code, count(DISTINCT a.unit_id) AS holders
  FROM nation_award a
  WHERE year(a.awarded_on) <= $cycle AND (a.revoked_on IS NULL OR year(a.revoked_on) > $cycle)
  AND ($target = '' OR a.predicate = $target) AND ($issuer = '' OR a.issuer = $issuer)
  AND {filter a}
  GROUP BY coalesce(a.province_code, '')
)
SELECT p.code, p.name, coalesce(u.units, 0) AS units, coalesce(s.scored, 0) AS scored,
  coalesce(n.nominees, 0) AS nominees, coalesce(n.passed, 0) AS passed,
  coalesce(n.hits, 0) AS hits, coalesce(n.decided, 0) AS decided, coalesce(h.holders, 0) AS holders, s.median
FROM (SELECT code, name FROM place WHERE length(code) = 2 UNION ALL SELECT '', '') p
LEFT JOIN u ON u.province_code = p.code
LEFT JOIN s ON s.province_code = p.code
LEFT JOIN n ON n.province_code = p.code
LEFT JOIN h ON h.province_code = p.code
WHERE p.code <> '' OR u.units > 0 OR s.scored > 0 OR n.nominees > 0 OR h.holders > 0
ORDER BY p.code = '', p.code
