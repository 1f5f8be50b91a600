-- Predicates in force at the end of the cycle.
SELECT a.predicate, a.issuer, count(DISTINCT a.unit_id) AS count
FROM award a
JOIN unit u ON u.unit_id = a.unit_id
JOIN agency g ON g.agency_id = u.agency_id
WHERE year(a.awarded_on) <= $cycle AND (a.revoked_on IS NULL OR year(a.revoked_on) > $cycle)
  AND ($target = '' OR a.predicate = $target) AND ($issuer = '' OR a.issuer = $issuer)
  AND ($kind = '' OR g.kind = $kind) AND ($agency = '' OR u.agency_id = $agency)
  AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province)
GROUP BY a.predicate, a.issuer
ORDER BY a.predicate, a.issuer DESC
