-- How totals are spread over the scored units.
SELECT n, cuts[1] AS p10, cuts[2] AS q1, cuts[3] AS median, cuts[4] AS q3, cuts[5] AS p90
FROM (
  SELECT count(total) AS n, quantile_cont(CAST(total AS DOUBLE), [0.10, 0.25, 0.50, 0.75, 0.90]) AS cuts
  FROM nation_score x
  WHERE cycle = $cycle AND layer = $layer
    AND {filter x}
    AND {nominated x}
)
