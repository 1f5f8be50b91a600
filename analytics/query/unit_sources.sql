-- The files that this page's numbers came from, and how many of the unit's
-- rows each holds.
WITH used AS (
  SELECT source FROM answer WHERE unit_id = $unit AND cycle = $cycle
  UNION ALL SELECT source FROM sent_score WHERE unit_id = $unit AND cycle = $cycle
  UNION ALL SELECT source FROM survey WHERE unit_id = $unit AND cycle = $cycle
  UNION ALL SELECT source FROM nomination WHERE unit_id = $unit AND cycle = $cycle
  UNION ALL SELECT source FROM unit WHERE unit_id = $unit
  UNION ALL SELECT source FROM award WHERE unit_id = $unit
)
SELECT s.source, s.name, s.sha256, s.format, s.publisher, b.taken_in, count(*) AS rows
FROM used
JOIN source s ON s.source = used.source
JOIN submission b ON b.submission = s.submission
GROUP BY s.source, s.name, s.sha256, s.format, s.publisher, b.taken_in
ORDER BY s.source
