-- Predicates awarded by the end of the cycle, newest first: of a unit that is
-- not the reader's own only those that it still holds.
SELECT a.unit_id, u.name, u.agency_id, g.name AS agency, g.kind, u.unit_type, p.name AS province,
  a.predicate, a.issuer, a.awarded_on, a.decree, a.revoked_on, a.revoke_reason,
  a.revoked_on IS NULL OR year(a.revoked_on) > $cycle AS in_force,
  EXISTS (
    SELECT 1 FROM award b
    WHERE b.unit_id = a.unit_id AND b.predicate = 'WBBM' AND year(b.awarded_on) <= $cycle AND (b.revoked_on IS NULL OR year(b.revoked_on) > $cycle)) AS has_wbbm,
  count(*) OVER () AS found
FROM award a
JOIN unit u ON u.unit_id = a.unit_id
JOIN agency g ON g.agency_id = u.agency_id
LEFT JOIN place p ON p.code = u.province_code
WHERE year(a.awarded_on) <= $cycle
  AND ($target = '' OR a.predicate = $target) AND ($issuer = '' OR a.issuer = $issuer)
  AND ($kind = '' OR g.kind = $kind) AND ($agency = '' OR u.agency_id = $agency)
  AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province) AND ($unit = '' OR a.unit_id = $unit)
  AND ($state = '' OR ($state = 'held') = (a.revoked_on IS NULL OR year(a.revoked_on) > $cycle))
  AND ($q = '' OR contains(lower(u.name), lower($q)) OR contains(lower(u.unit_id), lower($q)) OR contains(lower(g.name), lower($q)))
ORDER BY a.awarded_on DESC, a.unit_id, a.predicate DESC, a.issuer
LIMIT $size OFFSET $skip
