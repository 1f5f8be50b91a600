-- A histogram of what the ranking sorts by: in bars, and within them in the
-- classes that are ranked, by the standard error where each value has its own.
WITH valued AS (
  SELECT CAST({by x} AS DOUBLE) AS value, {error x} AS error
  FROM nation_score x
  WHERE x.cycle = $cycle AND x.layer = $layer AND {filter x} AND {nominated x}
)
SELECT CAST(least(floor(value / $width), $bins - 1) AS BIGINT) AS bin, CAST(floor(value / $fine) AS BIGINT) AS fine,
  CAST(CASE WHEN $by NOT IN ('IPAK', 'IPKP') THEN 0 WHEN error IS NULL THEN -2147483648 ELSE round($sorts * ln(error)) END AS BIGINT) AS sort, count(*) AS n
FROM valued
WHERE value IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY bin, fine, sort
