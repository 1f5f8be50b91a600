SELECT i.item_id, i.node, i.label_id, i.label_en, i.answer_type, t.state, t.choice, t.value, t.num, t.den, t.score, t.reported,
  s.name AS file, CASE WHEN s.source IS NOT NULL THEN t.sheet END AS sheet, CASE WHEN s.source IS NOT NULL THEN coalesce(t.line, 0) ELSE 0 END AS line
FROM item t
JOIN rule_item i ON i.regulation = t.regulation AND i.item_id = t.item_id
LEFT JOIN source s ON s.source = t.source
WHERE t.unit_id = $unit AND t.cycle = $cycle AND t.layer = $layer
ORDER BY t.ord
