-- Units that the national team scored in the cycle, beside the last time it did
-- so on the same form.
SELECT s.unit_id, u.name, p.cycle AS since, p.total AS before, s.total AS now
FROM score s
JOIN unit u ON u.unit_id = s.unit_id
JOIN score p ON p.unit_id = s.unit_id AND p.layer = s.layer AND p.cycle < s.cycle
WHERE s.cycle = $cycle AND s.layer = 'tpn' AND s.agency_id = $agency AND ($unit_type = '' OR s.unit_type = $unit_type)
  AND s.total IS NOT NULL AND p.total IS NOT NULL
  AND contains($forms, ',' || s.regulation || ',') AND contains($forms, ',' || p.regulation || ',')
QUALIFY row_number() OVER (PARTITION BY s.unit_id ORDER BY p.cycle DESC) = 1
ORDER BY s.total - p.total DESC, s.unit_id
