-- Criteria with how many nominees of the target miss them, by the worksheet of
-- the chosen layer; and how many miss nothing else.
WITH tested AS (
  SELECT c.unit_id, c.target, c.code, c.passed,
    count(CASE WHEN NOT c.passed THEN 1 END) OVER (PARTITION BY c.unit_id, c.target) AS misses
  FROM nation_criterion c
  JOIN (SELECT DISTINCT unit_id, target FROM nation_nominee x WHERE cycle = $cycle
  AND {filter x}
  AND {nomination x}) n ON n.unit_id = c.unit_id AND n.target = c.target
  WHERE c.cycle = $cycle AND c.layer = $layer
)
SELECT target, code AS criterion,
  count(CASE WHEN NOT passed THEN 1 END) AS missed,
  count(CASE WHEN NOT passed AND misses = 1 THEN 1 END) AS alone,
  count(passed) AS of
FROM tested
GROUP BY target, code
HAVING count(passed) > 0
ORDER BY target, code
