-- How totals are spread over the scored units.
SELECT count(total) AS n,
  quantile_cont(CAST(total AS DOUBLE), 0.10) AS p10, quantile_cont(CAST(total AS DOUBLE), 0.25) AS q1,
  quantile_cont(CAST(total AS DOUBLE), 0.50) AS median,
  quantile_cont(CAST(total AS DOUBLE), 0.75) AS q3, quantile_cont(CAST(total AS DOUBLE), 0.90) AS p90
FROM nation_score x
WHERE cycle = $cycle AND layer = $layer
  AND {filter x}
  AND {nominated x}
