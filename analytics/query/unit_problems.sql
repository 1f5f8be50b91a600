-- Problems reported about the unit's rows of the cycle.
SELECT code, severity, dataset, file, cell, field, value, want, subject, source, sheet, line
FROM problem
WHERE starts_with(subject, $unit || '|' || CAST($cycle AS VARCHAR) || '|')
ORDER BY source, line
LIMIT 200
