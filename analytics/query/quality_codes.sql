-- What was found, by kind: row by row while taking in (found = 'row'), and
-- over the whole lake ('lake'). A problem that names no cycle, such as one of
-- a file or a register, is in every cycle.
SELECT 'row' AS found, p.severity, p.code, count(*) AS count, count(DISTINCT coalesce(nullif(p.agency_id, ''), p.publisher)) AS senders
FROM problem_about p
LEFT JOIN agency g ON g.agency_id = p.agency_id
LEFT JOIN unit u ON u.unit_id = p.unit_id
WHERE (p.cycle IS NULL OR p.cycle = $cycle) AND ($layer = '' OR p.layer IN ('', $layer))
  AND ($kind = '' OR g.kind = $kind) AND ($agency = '' OR p.agency_id = $agency)
  AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province)
GROUP BY p.severity, p.code
UNION ALL
SELECT 'lake', s.severity, s.code, count(*), count(DISTINCT s.agency_id)
FROM suspicion s
LEFT JOIN unit u ON u.unit_id = s.unit_id
LEFT JOIN agency g ON g.agency_id = s.agency_id
WHERE s.cycle = $cycle AND ($layer = '' OR s.layer IN ('', $layer))
  AND ($kind = '' OR g.kind = $kind) AND ($agency = '' OR s.agency_id = $agency)
  AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province)
GROUP BY s.severity, s.code
ORDER BY 1, 4 DESC, 3
