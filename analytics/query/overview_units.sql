-- Units that are open in the cycle, and the agencies they belong to.
SELECT count(*) AS units, count(DISTINCT u.agency_id) AS agencies
FROM unit u
JOIN agency g ON g.agency_id = u.agency_id
WHERE (u.opened IS NULL OR u.opened <= $cycle) AND (u.closed IS NULL OR u.closed >= $cycle)
  AND ($kind = '' OR g.kind = $kind) AND ($agency = '' OR u.agency_id = $agency)
  AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province)
