-- The anti-corruption index on 0-4 by agency and cycle, weighted by respondents:
-- of each unit the survey with the most of them. Surveys without a scale or
-- respondents carry no weight and are counted beside.
WITH best AS (
  SELECT v.unit_id, v.cycle, arg_min(
    struct_pack(value := v.value, scale_max := v.scale_max, respondents := v.respondents),
    (CASE WHEN v.scale_max > 0 AND v.respondents > 0 THEN 0 ELSE 1 END, coalesce(-v.respondents, 0), v.surveyor, v.period_start)) AS survey
  FROM survey v
  WHERE v.index = 'IPAK'
  GROUP BY v.unit_id, v.cycle
), s AS (
  SELECT b.unit_id, b.cycle, b.survey.value AS value, b.survey.scale_max AS scale_max, b.survey.respondents AS respondents, u.agency_id, u.unit_type, u.province_code, g.kind
  FROM best b
  JOIN unit u ON u.unit_id = b.unit_id
  JOIN agency g ON g.agency_id = u.agency_id
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
