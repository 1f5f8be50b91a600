-- What TPN gave the nominees of a cycle for a target, in percent of the weight:
-- over a unit's areas on average (whole), and in one area beyond that (part).
-- Groups too small to be counted are left out.
WITH given AS (
  SELECT s.unit_id, s.cycle, avg(CAST(s.share AS DOUBLE)) AS whole, max(CASE WHEN s.area = $area THEN CAST(s.share AS DOUBLE) END) AS one
  FROM nation_area_share s
  WHERE s.layer = 'tpn' AND s.area IN ('MP', 'TT', 'SDM', 'AK', 'PW', 'PP')
  GROUP BY s.unit_id, s.cycle
), series AS (
  SELECT unit_id, cycle, 'whole' AS what, whole AS value FROM given WHERE one IS NOT NULL
  UNION ALL
  SELECT unit_id, cycle, 'part', one - whole FROM given WHERE one IS NOT NULL
)
SELECT s.what, s.cycle, n.target, CAST(count(*) AS DOUBLE) AS n, sum(s.value) AS sum, sum(s.value * s.value) AS squares
FROM series s
JOIN (SELECT unit_id, cycle, max(target) AS target FROM nation_nominee GROUP BY unit_id, cycle) n ON n.unit_id = s.unit_id AND n.cycle = s.cycle
GROUP BY s.what, s.cycle, n.target
HAVING count(*) >= $smallest
ORDER BY s.what, s.cycle, n.target
