-- Suspicions of one cycle with their places, worst kinds first as Go lists
-- them. A suspicion about nominations or awards belongs to no layer and is in
-- every one.
SELECT s.code, s.severity, s.dataset, coalesce(f.name, '') AS file, '' AS cell, s.field, s.value, s.want,
  s.unit_id || '|' || CAST(s.cycle AS VARCHAR) || CASE WHEN s.layer = '' THEN '' ELSE '|' || s.layer END AS subject,
  coalesce(f.source, 0) AS source, CASE WHEN f.source IS NOT NULL THEN s.sheet END AS sheet, CASE WHEN f.source IS NOT NULL THEN coalesce(s.line, 0) ELSE 0 END AS line,
  s.unit_id, coalesce(u.name, '') AS unit, coalesce(s.agency_id, '') AS agency_id, coalesce(g.name, '') AS agency, s.cycle, s.layer
FROM suspicion s
LEFT JOIN source f ON f.source = s.source
LEFT JOIN unit u ON u.unit_id = s.unit_id
LEFT JOIN agency g ON g.agency_id = s.agency_id
WHERE s.cycle = $cycle AND ($layer = '' OR s.layer IN ('', $layer))
  AND ($kind = '' OR g.kind = $kind) AND ($agency = '' OR s.agency_id = $agency)
  AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province)
ORDER BY list_position(string_split($codes, ','), s.code), s.agency_id, s.unit_id, s.source, s.line, s.value
LIMIT $size OFFSET $skip
