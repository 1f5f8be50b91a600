-- The visits of one unit, as guest or host.
SELECT v.host_id, h.name AS host, v.guest_id, g.name AS guest, v.date, v.area, v.outcome
FROM visit v
JOIN unit h ON h.unit_id = v.host_id
JOIN unit g ON g.unit_id = v.guest_id
WHERE v.host_id = $unit OR v.guest_id = $unit
ORDER BY v.date DESC, v.host_id, v.guest_id, v.area
LIMIT 50
