-- A unit with what makes other units its like.
SELECT u.unit_id, u.name, g.kind, u.unit_type FROM unit u
JOIN agency g ON g.agency_id = u.agency_id
WHERE u.unit_id = $unit
