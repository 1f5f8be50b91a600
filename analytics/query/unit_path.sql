SELECT n.cycle, n.target, n.issuer, n.stage, n.entered_on, n.left_on, n.result
FROM nomination n
JOIN rule_stage s ON s.stage = n.stage
WHERE n.unit_id = $unit
ORDER BY n.cycle DESC, n.target, n.issuer, s.ord
