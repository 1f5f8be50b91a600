-- The agency's units by the score its inspectorate gave, with what they hold at
-- the start of the cycle and whether they were nominated to the national team.
SELECT s.unit_id, u.name, s.total AS value, coalesce(h.wbk, false) AS wbk, coalesce(h.wbbm, false) AS wbbm, n.target
FROM score s
JOIN unit u ON u.unit_id = s.unit_id
LEFT JOIN (
  SELECT unit_id, bool_or(predicate = 'WBK') AS wbk, bool_or(predicate = 'WBBM') AS wbbm FROM award
  WHERE year(awarded_on) < $cycle AND (revoked_on IS NULL OR year(revoked_on) > $cycle)
  GROUP BY unit_id
) h ON h.unit_id = s.unit_id
LEFT JOIN (SELECT unit_id, max(target) AS target FROM nominee WHERE cycle = $cycle AND issuer = 'nasional' GROUP BY unit_id) n ON n.unit_id = s.unit_id
WHERE s.cycle = $cycle AND s.layer = 'tpi' AND s.agency_id = $agency AND s.total IS NOT NULL
  AND contains($forms, ',' || s.regulation || ',')
ORDER BY s.total DESC, s.unit_id
