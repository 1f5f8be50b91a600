-- What each agency may nominate in the cycle, and the evaluator-days it has.
SELECT agency_id, quota, evaluator_days
FROM quota
WHERE cycle = $cycle AND target = $target
ORDER BY agency_id
