-- Every criterion of the units listed, $units separated by the character 31.
SELECT c.unit_id, k.target, k.code AS criterion, c.value, k.minimum, c.margin, c.passed, k.status, k.citation, k.full_mark
FROM criterion c
JOIN rule_criterion k ON k.regulation = c.regulation AND k.target = c.target AND k.code = c.code
WHERE c.cycle = $cycle AND c.layer = $layer AND c.unit_id IN (SELECT unnest(string_split($units, chr(31))))
ORDER BY c.unit_id, k.ord
