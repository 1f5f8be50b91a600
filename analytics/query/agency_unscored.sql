-- Open units of the agency without a worksheet in the layer.
SELECT u.unit_id, u.name FROM unit u
WHERE u.agency_id = $agency AND (u.opened IS NULL OR u.opened <= $cycle) AND (u.closed IS NULL OR u.closed >= $cycle)
  AND NOT EXISTS (SELECT 1 FROM score s WHERE s.unit_id = u.unit_id AND s.cycle = $cycle AND s.layer = $layer)
ORDER BY u.name, u.unit_id
