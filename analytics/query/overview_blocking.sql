-- Criteria by how many nominees of the target miss them, by the worksheet of
-- the chosen layer; and how many miss nothing else.
WITH tested AS (
  SELECT c.unit_id, c.target, c.code, c.passed,
    count(CASE WHEN NOT c.passed THEN 1 END) OVER (PARTITION BY c.unit_id, c.target) AS misses
  FROM criterion c
  JOIN (SELECT DISTINCT unit_id, target FROM nominee WHERE cycle = $cycle
  AND ($kind = '' OR kind = $kind) AND ($agency = '' OR agency_id = $agency)
  AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  AND ($target = '' OR target = $target) AND ($issuer = '' OR issuer = $issuer)) n ON n.unit_id = c.unit_id AND n.target = c.target
  WHERE c.cycle = $cycle AND c.layer = $layer
)
SELECT target, code AS criterion,
  count(CASE WHEN NOT passed THEN 1 END) AS missed,
  count(CASE WHEN NOT passed AND misses = 1 THEN 1 END) AS alone,
  count(passed) AS of
FROM tested
GROUP BY target, code
HAVING count(passed) > 0
ORDER BY CASE target WHEN 'WBK' THEN 1 ELSE 2 END, missed DESC, code
