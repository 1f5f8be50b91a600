-- One row a cycle, for what the filter leaves.
WITH c AS (SELECT DISTINCT cycle FROM nation_score UNION SELECT DISTINCT cycle FROM nation_nominee),
n AS (
  SELECT cycle, count(DISTINCT unit_id) AS nominees,
    count(CASE WHEN result = 'lulus' AND target = 'WBK' THEN 1 END) AS wbk,
    count(CASE WHEN result = 'lulus' AND target = 'WBBM' THEN 1 END) AS wbbm,
    count(CASE WHEN result = 'lulus' AND issuer = 'mandiri' THEN 1 END) AS mandiri,
    count(CASE WHEN result = 'lulus' THEN 1 END) AS hits, count(CASE WHEN result <> 'berjalan' THEN 1 END) AS decided
  FROM nation_nominee x WHERE true
  AND {filter x} AND {nomination x}
  GROUP BY cycle
), s AS (
  SELECT cycle, count(*) AS scored, quantile_cont(CAST(total AS DOUBLE), 0.5) AS median FROM nation_score s
  WHERE layer = $layer AND {filter s}
  AND (($target = '' AND $issuer = '') OR EXISTS (
    SELECT 1 FROM nation_nominee x WHERE x.unit_id = s.unit_id AND x.cycle = s.cycle AND {nomination x}))
  GROUP BY cycle
)
SELECT c.cycle, coalesce(n.nominees, 0) AS nominees, coalesce(n.wbk, 0) AS wbk, coalesce(n.wbbm, 0) AS wbbm,
  coalesce(n.mandiri, 0) AS mandiri, coalesce(n.hits, 0) AS hits, coalesce(n.decided, 0) AS decided,
  coalesce(s.scored, 0) AS scored, s.median
FROM c
LEFT JOIN n ON n.cycle = c.cycle
LEFT JOIN s ON s.cycle = c.cycle
ORDER BY c.cycle
