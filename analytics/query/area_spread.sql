-- How each area (both halves together) and result component was attained, in
-- percent of its weight.
WITH counted AS (
  SELECT s.area, s.regulation, CAST(s.share AS DOUBLE) AS share, s.share AS exact
  FROM nation_area_share s
  WHERE s.cycle = $cycle AND s.layer = $layer
    AND {filter s}
    AND {nominated s}
), spread AS (
  SELECT area, count(share) AS n, quantile_cont(share, [0.10, 0.25, 0.50, 0.75, 0.90]) AS cuts
  FROM counted
  GROUP BY area
), minimum AS (
  SELECT regulation, area, max(CASE WHEN target = 'WBK' THEN minimum END) AS wbk, max(CASE WHEN target = 'WBBM' THEN minimum END) AS wbbm
  FROM rule_criterion
  WHERE measure = 'area_share'
  GROUP BY regulation, area
), below AS (
  SELECT c.area, count(CASE WHEN round(c.exact - m.wbk, 9) < 0 THEN 1 END) AS wbk, max(m.wbk) AS min_wbk,
    count(CASE WHEN round(c.exact - m.wbbm, 9) < 0 THEN 1 END) AS wbbm, max(m.wbbm) AS min_wbbm
  FROM counted c
  JOIN minimum m ON m.regulation = c.regulation AND m.area = c.area
  GROUP BY c.area
)
SELECT s.area, s.n, s.cuts[1] AS p10, s.cuts[2] AS q1, s.cuts[3] AS median, s.cuts[4] AS q3, s.cuts[5] AS p90,
  coalesce(b.wbk, 0) AS below_wbk, b.min_wbk, coalesce(b.wbbm, 0) AS below_wbbm, b.min_wbbm
FROM spread s
LEFT JOIN below b ON b.area = s.area
