-- The worksheets of nominees by their inspectorate and the national team, as
-- shares of the weight: six areas in both halves (the whole area where the
-- rules have none), the performance answer, the survey indexes on 0-4, and the
-- day the last of it was known. What nobody answered is unknown.
WITH nominated AS (
  SELECT DISTINCT unit_id, cycle FROM nominee
), wanted AS (
  {weighed}
), share AS (
  SELECT n.unit_id, n.cycle, n.layer, w.what, w.area, CAST(n.score AS DOUBLE) / CAST(w.weight AS DOUBLE) AS v
  FROM node n
  JOIN wanted w ON w.regulation = n.regulation AND w.code = n.code
  JOIN nominated x ON x.unit_id = n.unit_id AND x.cycle = n.cycle
  WHERE n.layer IN ('tpi', 'tpn') AND n.state = 'answered'
), dated AS (
  SELECT unit_id, cycle, layer, max(known_on) AS known_on
  FROM (
    SELECT unit_id, cycle, layer, known_on FROM answer WHERE layer IN ('tpi', 'tpn')
    UNION ALL
    SELECT c.unit_id, c.cycle, c.layer, c.known_on
    FROM sent_score c
    JOIN worksheet w ON w.unit_id = c.unit_id AND w.cycle = c.cycle AND w.layer = c.layer AND w.basis = 'scores'
    WHERE c.layer IN ('tpi', 'tpn')
  ) k
  GROUP BY unit_id, cycle, layer
)
SELECT s.unit_id, s.cycle, s.layer, d.known_on,
  {parts s},
  max(c.ipak) AS ipak, max(c.ipkp) AS ipkp
FROM share s
LEFT JOIN dated d ON d.unit_id = s.unit_id AND d.cycle = s.cycle AND d.layer = s.layer
LEFT JOIN score c ON c.unit_id = s.unit_id AND c.cycle = s.cycle AND c.layer = s.layer
GROUP BY s.unit_id, s.cycle, s.layer, d.known_on
ORDER BY s.cycle, s.unit_id, s.layer
