-- What the units that a cycle's visits are for attained in each area and over
-- all of them, newest cycle first, and what they were nominated for then.
WITH guest AS (
  SELECT DISTINCT s.unit_id FROM score s WHERE s.cycle = $cycle AND s.layer IN ('self', 'tpi') AND {filter s}
)
SELECT s.unit_id, s.area, s.layer, s.cycle, w.regulation, CAST(s.share AS DOUBLE) AS share, avg(CAST(s.share AS DOUBLE)) OVER (PARTITION BY s.unit_id, s.cycle, s.layer) AS whole, n.target
FROM area_share s
JOIN guest g ON g.unit_id = s.unit_id
JOIN score w ON w.unit_id = s.unit_id AND w.cycle = s.cycle AND w.layer = s.layer
LEFT JOIN (SELECT unit_id, cycle, max(target) AS target FROM nominee GROUP BY unit_id, cycle) n ON n.unit_id = s.unit_id AND n.cycle = s.cycle
WHERE s.share IS NOT NULL AND s.cycle <= $cycle AND s.area IN ('MP', 'TT', 'SDM', 'AK', 'PW', 'PP')
ORDER BY s.unit_id, s.cycle DESC, s.layer, s.area
