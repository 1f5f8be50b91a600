-- Every sender with what it sent: agencies by their worksheets, and whoever
-- else sent a file in which something was found (the national team, for one).
WITH sheet AS (
  SELECT s.agency_id, count(*) AS worksheets, CAST(sum(s.answered) AS BIGINT) AS answered, CAST(sum(s.answered + s.unanswered) AS BIGINT) AS asked,
    CAST(coalesce(sum(r.replaced), 0) AS BIGINT) AS superseded, count(t.reported) AS compared,
    count(CASE WHEN abs(t.reported - t.recomputed) > (SELECT reported FROM tolerance) THEN 1 END) AS differing, count(x.unit_id) AS suspicious,
    max(abs(t.reported - t.recomputed)) AS largest
  FROM score s
  LEFT JOIN superseded r ON r.unit_id = s.unit_id AND r.cycle = s.cycle AND r.layer = s.layer
  LEFT JOIN reported_total t ON t.unit_id = s.unit_id AND t.cycle = s.cycle AND t.layer = s.layer
  LEFT JOIN (SELECT DISTINCT unit_id, layer FROM suspicion WHERE cycle = $cycle AND layer <> '') x ON x.unit_id = s.unit_id AND x.layer = s.layer
  WHERE s.cycle = $cycle AND ($layer = '' OR s.layer = $layer)
    AND ($unit_type = '' OR s.unit_type = $unit_type) AND ($province = '' OR s.province_code = $province)
  GROUP BY s.agency_id
), found AS (
  SELECT p.agency_id, CASE WHEN p.agency_id = '' THEN p.publisher ELSE '' END AS publisher,
    count(CASE WHEN p.severity = 'failed' THEN 1 END) AS failed, count(CASE WHEN p.severity = 'rejected' THEN 1 END) AS rejected,
    count(CASE WHEN p.severity = 'repaired' THEN 1 END) AS repaired, count(CASE WHEN p.severity = 'flagged' THEN 1 END) AS flagged
  FROM problem_about p
  LEFT JOIN unit u ON u.unit_id = p.unit_id
  WHERE (p.cycle IS NULL OR p.cycle = $cycle) AND ($layer = '' OR p.layer IN ('', $layer))
    AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province)
  GROUP BY 1, 2
), doubt AS (
  SELECT s.agency_id, count(*) AS suspicions
  FROM suspicion s
  LEFT JOIN unit u ON u.unit_id = s.unit_id
  WHERE s.cycle = $cycle AND ($layer = '' OR s.layer IN ('', $layer))
    AND ($unit_type = '' OR u.unit_type = $unit_type) AND ($province = '' OR u.province_code = $province)
  GROUP BY s.agency_id
), sender AS (
  SELECT agency_id, '' AS publisher, name, kind FROM agency
  UNION ALL
  SELECT '', publisher, publisher, '' FROM found WHERE agency_id = ''
)
SELECT w.agency_id, w.name, w.kind, coalesce(s.worksheets, 0) AS worksheets, coalesce(s.answered, 0) AS answered, coalesce(s.asked, 0) AS asked,
  coalesce(s.superseded, 0) AS superseded, coalesce(s.compared, 0) AS compared, coalesce(s.differing, 0) AS differing, coalesce(s.suspicious, 0) AS suspicious, s.largest,
  coalesce(f.failed, 0) AS failed, coalesce(f.rejected, 0) AS rejected, coalesce(f.repaired, 0) AS repaired, coalesce(f.flagged, 0) AS flagged,
  coalesce(d.suspicions, 0) AS suspicions
FROM sender w
LEFT JOIN sheet s ON s.agency_id = w.agency_id
LEFT JOIN found f ON f.agency_id = w.agency_id AND f.publisher = w.publisher
LEFT JOIN doubt d ON d.agency_id = w.agency_id
WHERE (s.worksheets > 0 OR f.agency_id IS NOT NULL OR d.suspicions > 0)
  AND ($kind = '' OR w.kind = $kind) AND ($agency = '' OR w.agency_id = $agency)
ORDER BY coalesce(d.suspicions, 0) + coalesce(f.failed, 0) + coalesce(f.rejected, 0) DESC, w.name
