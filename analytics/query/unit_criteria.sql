SELECT k.target, k.code AS criterion, c.value, k.minimum, c.margin, c.passed, k.status, k.citation
FROM criterion c
JOIN rule_criterion k ON k.regulation = c.regulation AND k.target = c.target AND k.code = c.code
WHERE c.unit_id = $unit AND c.cycle = $cycle AND c.layer = $layer
ORDER BY k.ord
