-- A worksheet is what one layer wrote about one unit in one cycle. Where its
-- items were kept they are scored here; where only scores were kept, the
-- scores are taken as sent.
CREATE VIEW worksheet AS
SELECT unit_id, cycle, layer, regulation, 'items' AS basis
FROM answer
GROUP BY unit_id, cycle, layer, regulation
UNION ALL
SELECT s.unit_id, s.cycle, s.layer, s.regulation, 'scores' AS basis
FROM sent_score s
WHERE NOT EXISTS (
  SELECT 1 FROM answer a
  WHERE a.unit_id = s.unit_id AND a.cycle = s.cycle AND a.layer = s.layer
)
GROUP BY s.unit_id, s.cycle, s.layer, s.regulation;
