-- reported_total: worksheets whose total can be recomputed from the items and
-- was reported by the sender too. Cycle-local.
CREATE VIEW reported_total AS
SELECT w.unit_id, w.cycle, w.layer, s.score AS reported, n.score AS recomputed, s.source, s.sheet, s.line
FROM worksheet w
JOIN sent_score s
  ON s.unit_id = w.unit_id AND s.cycle = w.cycle AND s.layer = w.layer AND s.regulation = w.regulation AND s.code = 'total'
JOIN node n
  ON n.unit_id = w.unit_id AND n.cycle = w.cycle AND n.layer = w.layer AND n.regulation = w.regulation AND n.code = 'total'
WHERE w.basis = 'items';
