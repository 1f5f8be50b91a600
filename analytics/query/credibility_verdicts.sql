-- Of each agency's nominees whom both TPI and TPN assessed: for how many do the
-- two come to the same verdict by the criteria of the target? A worksheet
-- passes when it misses no criterion and none is unknown.
WITH judged AS (
  SELECT c.unit_id, c.cycle, c.target, c.layer,
    CASE WHEN count(CASE WHEN NOT c.passed THEN 1 END) > 0 THEN false WHEN count(c.passed) = count(*) THEN true END AS passes
  FROM criterion c
  WHERE c.cycle BETWEEN $first AND $last AND c.layer IN ('tpi', 'tpn')
  GROUP BY c.unit_id, c.cycle, c.target, c.layer
)
SELECT x.agency_id, count(*) AS n, count(CASE WHEN i.passes = t.passes THEN 1 END) AS hits
FROM nominee x
JOIN judged i ON i.unit_id = x.unit_id AND i.cycle = x.cycle AND i.target = x.target AND i.layer = 'tpi'
JOIN judged t ON t.unit_id = x.unit_id AND t.cycle = x.cycle AND t.target = x.target AND t.layer = 'tpn'
WHERE x.cycle BETWEEN $first AND $last AND x.issuer = 'nasional' AND i.passes IS NOT NULL AND t.passes IS NOT NULL
GROUP BY x.agency_id
ORDER BY x.agency_id
