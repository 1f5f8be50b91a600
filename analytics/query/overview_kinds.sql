WITH u AS (
  SELECT u.kind, count(*) AS units, count(DISTINCT u.agency_id) AS agencies FROM nation_unit u
  WHERE (u.opened IS NULL OR u.opened <= $cycle) AND (u.closed IS NULL OR u.closed >= $cycle)
  AND {filter u}
  GROUP BY u.kind
), s AS (
  SELECT kind, count(*) AS scored, quantile_cont(CAST(total AS DOUBLE), 0.5) AS median FROM nation_score x
  WHERE cycle = $cycle AND layer = $layer
  AND {filter x}
  AND {nominated x}
  GROUP BY kind
), n AS (
  SELECT kind, count(DISTINCT unit_id) AS nominees,
    count(CASE WHEN result = 'lulus' THEN 1 END) AS hits, count(CASE WHEN result <> 'berjalan' THEN 1 END) AS decided
  FROM nation_nominee x WHERE cycle = $cycle
  AND {filter x}
  AND {nomination x}
  GROUP BY kind
)
SELECT k.kind, coalesce(u.agencies, 0) AS agencies, coalesce(u.units, 0) AS units, coalesce(s.scored, 0) AS scored, coalesce(n.nominees, 0) AS nominees,
  coalesce(n.hits, 0) AS hits, coalesce(n.decided, 0) AS decided, s.median
FROM (SELECT kind FROM u UNION SELECT kind FROM s UNION SELECT kind FROM n) k
LEFT JOIN u ON u.kind = k.kind
LEFT JOIN s ON s.kind = k.kind
LEFT JOIN n ON n.kind = k.kind
ORDER BY CASE k.kind WHEN 'kementerian' THEN 1 WHEN 'lembaga' THEN 2 WHEN 'provinsi' THEN 3 WHEN 'kabupaten' THEN 4 ELSE 5 END
