-- Suspicions about one unit in one cycle, in all layers.
SELECT s.code, s.severity, s.dataset, coalesce(f.name, '') AS file, '' AS cell, s.field, s.value, s.want,
  s.unit_id || '|' || CAST(s.cycle AS VARCHAR) || CASE WHEN s.layer = '' THEN '' ELSE '|' || s.layer END AS subject,
  coalesce(f.source, 0) AS source, CASE WHEN f.source IS NOT NULL THEN s.sheet END AS sheet, CASE WHEN f.source IS NOT NULL THEN coalesce(s.line, 0) ELSE 0 END AS line
FROM suspicion s
LEFT JOIN source f ON f.source = s.source
WHERE s.unit_id = $unit AND s.cycle = $cycle
ORDER BY s.source, s.sheet, s.line, s.code, s.value
