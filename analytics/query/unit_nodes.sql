-- The rule set's tree with what the unit earned and what it reported.
SELECT n.code, n.parent, n.level, n.part, n.area, n.label_id, n.label_en, n.weight,
  CASE WHEN d.state = 'not_applicable' THEN NULL ELSE d.score END AS score,
  coalesce(d.state, 'unanswered') AS state, r.score AS reported
FROM rule_node n
LEFT JOIN node d ON d.unit_id = $unit AND d.cycle = $cycle AND d.layer = $layer AND d.code = n.code
LEFT JOIN sent_score r ON r.unit_id = $unit AND r.cycle = $cycle AND r.layer = $layer AND r.regulation = n.regulation AND r.code = n.code
WHERE n.regulation = $regulation
ORDER BY n.ord
