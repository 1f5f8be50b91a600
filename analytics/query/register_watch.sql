-- What holders do not meet in the cycle of the criteria of the highest predicate
-- that they hold: by a worksheet of the cycle, or by the survey with the most
-- respondents. What a nomination alone asks for is left out. was is what the
-- national team saw in the cycle of the award.
WITH held AS (
  SELECT a.unit_id, a.predicate, a.issuer, a.awarded_on, u.name, u.agency_id, g.name AS agency, g.kind, u.unit_type, u.province_code
  FROM award a
  JOIN unit u ON u.unit_id = a.unit_id
  JOIN agency g ON g.agency_id = u.agency_id
  WHERE year(a.awarded_on) < $cycle AND (a.revoked_on IS NULL OR year(a.revoked_on) > $cycle)
    AND ($kind = '' OR g.kind = $kind) AND ($agency = '' OR u.agency_id = $agency)
    AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province) AND ($unit = '' OR a.unit_id = $unit)
  QUALIFY row_number() OVER (PARTITION BY a.unit_id ORDER BY CASE a.predicate WHEN 'WBBM' THEN 1 ELSE 2 END, a.awarded_on DESC, a.issuer DESC) = 1
), surveyed AS (
  SELECT v.unit_id, v.index, CAST(CAST(v.value AS DOUBLE) * 4 / CAST(v.scale_max AS DOUBLE) AS DECIMAL(18, 12)) AS value, v.respondents
  FROM survey v
  WHERE v.cycle = $cycle AND v.scale_max > 0
  QUALIFY row_number() OVER (PARTITION BY v.unit_id, v.index ORDER BY v.respondents DESC NULLS LAST, v.surveyor, v.period_start) = 1
), seen AS (
  SELECT h.unit_id, 'worksheet' AS source, c.layer, c.code AS criterion, c.value, c.minimum, c.margin, c.passed, k.full_mark, CAST(NULL AS BIGINT) AS respondents
  FROM held h
  JOIN criterion c ON c.unit_id = h.unit_id AND c.target = h.predicate
  JOIN rule_criterion k ON k.regulation = c.regulation AND k.target = c.target AND k.code = c.code
  WHERE c.cycle = $cycle AND ($layer = '' OR c.layer = $layer) AND k.measure <> 'fact'
  UNION ALL
  SELECT h.unit_id, 'survey', '', k.code, v.value, k.minimum, round(v.value - k.minimum, 9), round(v.value - k.minimum, 9) >= 0, k.full_mark, v.respondents
  FROM held h
  JOIN surveyed v ON v.unit_id = h.unit_id
  JOIN rule_criterion k ON k.regulation = $regulation AND k.target = h.predicate AND k.measure = 'value' AND k.code = v.index
)
SELECT h.unit_id, h.name, h.agency_id, h.agency, h.kind, h.unit_type, h.predicate, h.issuer, h.awarded_on,
  s.source, s.layer, s.criterion, s.value, s.minimum, s.margin, s.respondents, w.value AS was,
  CAST(s.margin AS DOUBLE) / CAST(s.full_mark AS DOUBLE) AS share
FROM held h
JOIN seen s ON s.unit_id = h.unit_id
LEFT JOIN criterion w ON w.unit_id = h.unit_id AND w.cycle = year(h.awarded_on) AND w.layer = 'tpn' AND w.target = h.predicate AND w.code = s.criterion
WHERE ($target = '' OR h.predicate = $target) AND ($issuer = '' OR h.issuer = $issuer) AND NOT s.passed
ORDER BY h.unit_id, share, s.source, s.layer, s.criterion
