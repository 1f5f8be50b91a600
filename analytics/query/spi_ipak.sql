-- The anti-corruption index on 0-4 by agency and cycle, weighted by respondents:
-- of each unit the survey with the most of them. Surveys without a scale or
-- respondents carry no weight and are counted beside.
WITH s AS (
  SELECT v.unit_id, v.cycle, v.value, v.scale_max, v.respondents, u.agency_id, u.unit_type, u.province_code, g.kind
  FROM survey v
  JOIN unit u ON u.unit_id = v.unit_id
  JOIN agency g ON g.agency_id = u.agency_id
  WHERE v.index = 'IPAK'
  QUALIFY row_number() OVER (PARTITION BY v.unit_id, v.cycle ORDER BY
    CASE WHEN v.scale_max > 0 AND v.respondents > 0 THEN 0 ELSE 1 END, v.respondents DESC NULLS LAST, v.surveyor, v.period_start) = 1
)
SELECT agency_id, cycle,
  CASE WHEN count(w) > 0 THEN CAST(sum(four * w) AS DOUBLE) / CAST(sum(w) AS DOUBLE) END AS ipak,
  count(w) AS units, CAST(coalesce(sum(w), 0) AS BIGINT) AS respondents, count(*) - count(w) AS left_out
FROM (
  SELECT s.*, CASE WHEN scale_max > 0 AND respondents > 0 THEN respondents END AS w,
    CASE WHEN scale_max > 0 AND respondents > 0 THEN CAST(CAST(value AS DOUBLE) * 4 / CAST(scale_max AS DOUBLE) AS DECIMAL(18, 9)) END AS four
  FROM s
) x
WHERE {filter x}
GROUP BY agency_id, cycle
ORDER BY agency_id, cycle
