-- What agencies' units, or their inspectorates, gave one area in the last
-- cycles; of one agency, if one is asked for.
SELECT u.agency_id, x.layer, x.cycle, CAST(count(*) AS DOUBLE) AS n, CAST(sum(CAST(x.share AS DOUBLE)) AS DOUBLE) AS sum,
  sum(CAST(x.share AS DOUBLE) * CAST(x.share AS DOUBLE)) AS squares
FROM area_share x
JOIN unit u ON u.unit_id = x.unit_id AND ($agency = '' OR u.agency_id = $agency)
WHERE x.area = $area AND x.layer IN ('tpi', 'self') AND x.cycle <= $cycle AND x.cycle > $cycle - 4 AND x.share < 99.5
GROUP BY u.agency_id, x.layer, x.cycle
ORDER BY u.agency_id, x.layer, x.cycle
