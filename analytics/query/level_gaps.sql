-- How much more one agency's units, or its inspectorate, gave one area than TPN
-- did on the same worksheets. Those that are all but perfect say nothing of it.
SELECT x.layer, x.cycle, CAST(count(*) AS DOUBLE) AS n,
  CAST(sum(CAST(x.share AS DOUBLE) - CAST(n.share AS DOUBLE)) AS DOUBLE) AS sum,
  sum((CAST(x.share AS DOUBLE) - CAST(n.share AS DOUBLE)) * (CAST(x.share AS DOUBLE) - CAST(n.share AS DOUBLE))) AS squares
FROM area_share x
JOIN unit u ON u.unit_id = x.unit_id AND u.agency_id = $agency
JOIN area_share n ON n.unit_id = x.unit_id AND n.cycle = x.cycle AND n.area = x.area AND n.layer = 'tpn'
WHERE x.area = $area AND x.layer IN ('tpi', 'self') AND x.cycle <= $cycle AND x.cycle > $cycle - 4
  AND x.share < 99.5 AND x.share IS NOT NULL AND n.share IS NOT NULL
GROUP BY x.layer, x.cycle
ORDER BY x.layer, x.cycle
