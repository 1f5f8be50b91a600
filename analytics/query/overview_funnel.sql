-- Each stage from nomination to decision: who came that far, who stopped there.
SELECT s.stage,
  count(CASE WHEN n.last_ord >= s.ord OR n.result = 'lulus' THEN 1 END) AS entered,
  count(CASE WHEN n.last_ord = s.ord AND n.result IN ('tidak_lulus', 'ditarik') THEN 1 END) AS stopped,
  count(CASE WHEN n.last_ord = s.ord AND n.result = 'berjalan' THEN 1 END) AS running
FROM rule_stage s
LEFT JOIN (
  SELECT * FROM nominee WHERE cycle = $cycle
  AND ($kind = '' OR kind = $kind) AND ($agency = '' OR agency_id = $agency)
  AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  AND ($target = '' OR target = $target) AND ($issuer = '' OR issuer = $issuer)
) n ON true
WHERE s.ord BETWEEN (SELECT ord FROM rule_stage WHERE stage = 'pengusulan') AND (SELECT ord FROM rule_stage WHERE stage = 'penetapan')
GROUP BY s.stage, s.ord
ORDER BY s.ord
