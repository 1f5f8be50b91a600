-- One row a cycle, for what the filter leaves.
WITH c AS (SELECT DISTINCT cycle FROM score UNION SELECT DISTINCT cycle FROM nominee),
n AS (
  SELECT cycle, count(DISTINCT unit_id) AS nominees,
    count(CASE WHEN result = 'lulus' AND target = 'WBK' THEN 1 END) AS wbk,
    count(CASE WHEN result = 'lulus' AND target = 'WBBM' THEN 1 END) AS wbbm,
    count(CASE WHEN result = 'lulus' AND issuer = 'mandiri' THEN 1 END) AS mandiri,
    count(CASE WHEN result = 'lulus' THEN 1 END) AS hits, count(CASE WHEN result <> 'berjalan' THEN 1 END) AS decided
  FROM nominee WHERE true
  AND ($kind = '' OR kind = $kind) AND ($agency = '' OR agency_id = $agency)
  AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  AND ($target = '' OR target = $target) AND ($issuer = '' OR issuer = $issuer)
  GROUP BY cycle
), s AS (
  SELECT cycle, count(*) AS scored, quantile_cont(CAST(total AS DOUBLE), 0.5) AS median FROM score
  WHERE layer = $layer
  AND ($kind = '' OR kind = $kind) AND ($agency = '' OR agency_id = $agency)
  AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  AND (($target = '' AND $issuer = '') OR EXISTS (
    SELECT 1 FROM nominee x WHERE x.unit_id = score.unit_id AND x.cycle = score.cycle AND ($target = '' OR x.target = $target) AND ($issuer = '' OR x.issuer = $issuer)))
  GROUP BY cycle
)
SELECT c.cycle, coalesce(n.nominees, 0) AS nominees, coalesce(n.wbk, 0) AS wbk, coalesce(n.wbbm, 0) AS wbbm,
  coalesce(n.mandiri, 0) AS mandiri, coalesce(n.hits, 0) AS hits, coalesce(n.decided, 0) AS decided,
  coalesce(s.scored, 0) AS scored, s.median
FROM c
LEFT JOIN n ON n.cycle = c.cycle
LEFT JOIN s ON s.cycle = c.cycle
ORDER BY c.cycle
