-- A histogram of what the ranking sorts by.
WITH valued AS (
  SELECT CAST({by x} AS DOUBLE) AS value
  FROM nation_score x
  WHERE x.cycle = $cycle AND x.layer = $layer AND {filter x} AND {nominated x}
)
SELECT CAST(least(floor(value / $width), $bins - 1) AS BIGINT) AS bin, count(*) AS n
FROM valued
WHERE value IS NOT NULL
GROUP BY bin
ORDER BY bin
