-- How much one layer's attainments change from a cycle to the next on the same
-- units, by cycle and target, in percent of the weight.
WITH attained AS (
  {attained nation_score nation_area_share}
), target AS (
  SELECT unit_id, cycle, max(target) AS target FROM nation_nominee GROUP BY unit_id, cycle
)
SELECT x.layer, b.regulation AS before, x.regulation, x.indicator, CAST(count(*) AS DOUBLE) AS n,
  CAST(sum(x.value - b.value) AS DOUBLE) AS sum, CAST(sum((x.value - b.value) * (x.value - b.value)) AS DOUBLE) AS squares
FROM attained x
JOIN attained b ON b.unit_id = x.unit_id AND b.cycle = x.cycle - 1 AND b.layer = x.layer AND b.indicator = x.indicator
LEFT JOIN target t ON t.unit_id = x.unit_id AND t.cycle = x.cycle
WHERE NOT x.perfect AND NOT b.perfect
GROUP BY x.layer, b.regulation, x.regulation, x.cycle, x.indicator, t.target
HAVING count(*) > 1
ORDER BY x.layer, b.regulation, x.regulation, x.indicator, x.cycle, t.target
