-- nominee: one row for each unit nominated for a target by an issuer in a
-- cycle, with how far it came.
CREATE VIEW nominee AS
SELECT
  n.unit_id, n.cycle, n.target, n.issuer,
  max(u.agency_id) AS agency_id, max(g.kind) AS kind, max(u.unit_type) AS unit_type, max(u.province_code) AS province_code,
  max(s.ord) AS last_ord,
  arg_max(n.stage, s.ord) AS last_stage,
  CASE
    WHEN bool_or(n.stage = 'penetapan' AND n.result IN ('lulus', 'lulus_catatan')) OR max(CASE WHEN a.unit_id IS NOT NULL THEN 1 ELSE 0 END) = 1 THEN 'lulus'
    WHEN arg_max(n.result, s.ord) IN ('tidak_lulus', 'ditarik') THEN arg_max(n.result, s.ord)
    ELSE 'berjalan'
  END AS result
FROM nomination n
JOIN rule_stage s ON s.stage = n.stage
JOIN unit u ON u.unit_id = n.unit_id
JOIN agency g ON g.agency_id = u.agency_id
LEFT JOIN award a
  ON a.unit_id = n.unit_id AND a.predicate = n.target AND a.issuer = n.issuer AND year(a.awarded_on) = n.cycle
WHERE s.ord >= (SELECT ord FROM rule_stage WHERE stage = 'pengusulan') AND n.stage NOT IN ('pemantauan', 'dicabut')
GROUP BY n.unit_id, n.cycle, n.target, n.issuer;
