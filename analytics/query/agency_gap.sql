-- How far TPI's total lies above TPN's on the same units, by cycle: the agency's
-- own, and all that the reader may see. Worksheets that TPI calls all but
-- perfect say nothing of how it reads.
WITH both_layers AS (
  SELECT i.cycle, i.agency_id, CAST(i.total - n.total AS DECIMAL(9, 4)) AS gap
  FROM score n
  JOIN score i ON i.unit_id = n.unit_id AND i.cycle = n.cycle AND i.regulation = n.regulation
  WHERE n.layer = 'tpn' AND i.layer = 'tpi' AND n.cycle BETWEEN $first AND $last AND i.cycle BETWEEN $first AND $last
    AND n.total IS NOT NULL AND i.total IS NOT NULL AND coalesce(least(i.mp, i.tt, i.sdm, i.ak, i.pw, i.pp), 0) < $perfect
)
SELECT cycle, count(CASE WHEN agency_id = $agency THEN 1 END) AS n,
  CAST(coalesce(sum(CASE WHEN agency_id = $agency THEN gap END), 0) AS DOUBLE) AS sum,
  CAST(coalesce(sum(CASE WHEN agency_id = $agency THEN gap * gap END), 0) AS DOUBLE) AS squares,
  count(*) AS all_n, CAST(sum(gap) AS DOUBLE) AS all_sum
FROM both_layers
GROUP BY cycle
ORDER BY cycle
