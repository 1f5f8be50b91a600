-- How much what TPN gave differs on the same units some cycles apart, by both
-- cycles and targets: over all areas (whole), and in one beyond that (part).
WITH given AS (
  SELECT s.unit_id, s.cycle, avg(CAST(s.share AS DOUBLE)) AS whole, max(CASE WHEN s.area = $area THEN CAST(s.share AS DOUBLE) END) AS one
  FROM nation_area_share s
  WHERE s.layer = 'tpn' AND s.area IN ('MP', 'TT', 'SDM', 'AK', 'PW', 'PP')
  GROUP BY s.unit_id, s.cycle
), series AS (
  SELECT g.unit_id, g.cycle, n.target, w.what, CASE WHEN w.what = 'whole' THEN g.whole ELSE g.one - g.whole END AS value
  FROM given g
  JOIN (SELECT unit_id, cycle, max(target) AS target FROM nation_nominee GROUP BY unit_id, cycle) n ON n.unit_id = g.unit_id AND n.cycle = g.cycle
  CROSS JOIN (VALUES ('whole'), ('part')) w(what)
  WHERE g.one IS NOT NULL
)
SELECT x.what, CAST(x.cycle - b.cycle AS INTEGER) AS lag, CAST(count(*) AS DOUBLE) AS n,
  sum(x.value - b.value) AS sum, sum((x.value - b.value) * (x.value - b.value)) AS squares
FROM series x
JOIN series b ON b.unit_id = x.unit_id AND b.what = x.what AND b.cycle < x.cycle AND b.cycle >= x.cycle - 4
GROUP BY x.what, x.cycle, b.cycle, x.target, b.target
HAVING count(*) > 1
ORDER BY x.what, x.cycle, b.cycle, x.target, b.target
