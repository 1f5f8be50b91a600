-- How much TPI and TPN differ on the same units, by agency, cycle and target,
-- in percent of the weight. Worksheets that are all but perfect say nothing of
-- how exactly anybody reads.
WITH attained AS (
  {attained score area_share}
), target AS (
  SELECT unit_id, cycle, max(target) AS target FROM nominee GROUP BY unit_id, cycle
)
SELECT i.regulation, i.indicator, CAST(count(*) AS DOUBLE) AS n,
  CAST(sum(i.value - n.value) AS DOUBLE) AS sum, CAST(sum((i.value - n.value) * (i.value - n.value)) AS DOUBLE) AS squares
FROM attained i
JOIN attained n ON n.unit_id = i.unit_id AND n.cycle = i.cycle AND n.indicator = i.indicator AND n.regulation = i.regulation
LEFT JOIN target t ON t.unit_id = i.unit_id AND t.cycle = i.cycle
WHERE i.layer = 'tpi' AND n.layer = 'tpn' AND NOT i.perfect AND NOT n.perfect
GROUP BY i.regulation, i.cycle, i.indicator, i.agency_id, t.target
HAVING count(*) > 1
ORDER BY i.regulation, i.indicator, i.cycle, i.agency_id, t.target
