-- How each area (both halves together) and result component was attained, in
-- percent of its weight.
SELECT a.area, count(a.share) AS n,
  quantile_cont(CAST(a.share AS DOUBLE), 0.10) AS p10, quantile_cont(CAST(a.share AS DOUBLE), 0.25) AS q1,
  quantile_cont(CAST(a.share AS DOUBLE), 0.50) AS median,
  quantile_cont(CAST(a.share AS DOUBLE), 0.75) AS q3, quantile_cont(CAST(a.share AS DOUBLE), 0.90) AS p90,
  count(CASE WHEN round(a.share - w.minimum, 9) < 0 THEN 1 END) AS below_wbk, max(w.minimum) AS min_wbk,
  count(CASE WHEN round(a.share - b.minimum, 9) < 0 THEN 1 END) AS below_wbbm, max(b.minimum) AS min_wbbm
FROM nation_area_share a
JOIN nation_score s ON s.unit_id = a.unit_id AND s.cycle = a.cycle AND s.layer = a.layer
LEFT JOIN rule_criterion w ON w.regulation = s.regulation AND w.measure = 'area_share' AND w.area = a.area AND w.target = 'WBK'
LEFT JOIN rule_criterion b ON b.regulation = s.regulation AND b.measure = 'area_share' AND b.area = a.area AND b.target = 'WBBM'
WHERE s.cycle = $cycle AND s.layer = $layer
  AND {filter s}
  AND {nominated s}
GROUP BY a.area
