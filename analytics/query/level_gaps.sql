-- How much more agencies' units, or their inspectorates, gave one area than TPN
-- did on the same worksheets; of one agency, if one is asked for. Those that are all but perfect say nothing of it.
SELECT u.agency_id, x.layer, x.cycle, CAST(count(*) AS DOUBLE) AS n,
  CAST(sum(CAST(x.share AS DOUBLE) - CAST(n.share AS DOUBLE)) AS DOUBLE) AS sum,
  sum((CAST(x.share AS DOUBLE) - CAST(n.share AS DOUBLE)) * (CAST(x.share AS DOUBLE) - CAST(n.share AS DOUBLE))) AS squares
FROM area_share x
JOIN unit u ON u.unit_id = x.unit_id AND ($agency = '' OR u.agency_id = $agency)
JOIN area_share n ON n.unit_id = x.unit_id AND n.cycle = x.cycle AND n.area = x.area AND n.layer = 'tpn'
WHERE x.area = $area AND x.layer IN ('tpi', 'self') AND x.cycle <= $cycle AND x.cycle > $cycle - 4
  AND x.share < 99.5 AND x.share IS NOT NULL AND n.share IS NOT NULL
GROUP BY u.agency_id, x.layer, x.cycle
ORDER BY u.agency_id, x.layer, x.cycle
