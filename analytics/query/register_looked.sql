-- Of how many holders the cycle says anything at all that the reader may see: a
-- worksheet, or a survey.
SELECT count(DISTINCT a.unit_id) AS n
FROM award a
JOIN unit u ON u.unit_id = a.unit_id
JOIN agency g ON g.agency_id = u.agency_id
WHERE year(a.awarded_on) < $cycle AND (a.revoked_on IS NULL OR year(a.revoked_on) > $cycle)
  AND ($target = '' OR a.predicate = $target) AND ($issuer = '' OR a.issuer = $issuer)
  AND ($kind = '' OR g.kind = $kind) AND ($agency = '' OR u.agency_id = $agency)
  AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province) AND ($unit = '' OR a.unit_id = $unit)
  AND (EXISTS (SELECT 1 FROM criterion c WHERE c.unit_id = a.unit_id AND c.cycle = $cycle AND ($layer = '' OR c.layer = $layer))
    OR EXISTS (SELECT 1 FROM survey v WHERE v.unit_id = a.unit_id AND v.cycle = $cycle))
