-- Each stage from nomination to decision: who came that far, who stopped there.
SELECT s.stage,
  count(CASE WHEN n.last_ord >= s.ord OR n.result = 'lulus' THEN 1 END) AS entered,
  count(CASE WHEN n.last_ord = s.ord AND n.result IN ('tidak_lulus', 'ditarik') THEN 1 END) AS stopped,
  count(CASE WHEN n.last_ord = s.ord AND n.result = 'berjalan' THEN 1 END) AS running
FROM rule_stage s
LEFT JOIN (
  SELECT * FROM nation_nominee x WHERE cycle = $cycle
  AND {filter x}
  AND {nomination x}
) n ON true
WHERE s.ord BETWEEN (SELECT ord FROM rule_stage WHERE stage = 'pengusulan') AND (SELECT ord FROM rule_stage WHERE stage = 'penetapan')
GROUP BY s.stage, s.ord
ORDER BY s.ord
