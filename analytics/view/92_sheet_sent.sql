-- mixed_sheet: worksheets of nominees whose rows did not all become known on
-- one day from one submission. Of these answer_sent and node_sent keep every
-- version: part of what holds now may have become known only after the day of a
-- forecast, which then needs what held before. Cycle-local.
CREATE VIEW mixed_sheet AS
SELECT a.unit_id, a.cycle, a.layer
FROM (
  SELECT unit_id, cycle, layer, source, known_on FROM raw_answers
  UNION ALL
  SELECT unit_id, cycle, layer, source, known_on FROM raw_scores
) a
JOIN source s ON s.source = a.source
WHERE a.layer IN ('tpi', 'tpn') AND a.unit_id IN (SELECT unit_id FROM nominee)
GROUP BY a.unit_id, a.cycle, a.layer
HAVING min(s.submission) < max(s.submission) OR min(a.known_on) < max(a.known_on) OR count(a.known_on) BETWEEN 1 AND count(*) - 1;

CREATE VIEW answer_sent AS
SELECT a.unit_id, a.cycle, a.layer, a.regulation, a.item_id, a.choice, a.value, a.num, a.den, a.known_on, s.submission, a.source, a.line
FROM raw_answers a
JOIN source s ON s.source = a.source
JOIN mixed_sheet m ON m.unit_id = a.unit_id AND m.cycle = a.cycle AND m.layer = a.layer;

CREATE VIEW node_sent AS
SELECT a.unit_id, a.cycle, a.layer, a.regulation, a.code, a.score, a.known_on, s.submission, a.source, a.line
FROM raw_scores a
JOIN source s ON s.source = a.source
JOIN mixed_sheet m ON m.unit_id = a.unit_id AND m.cycle = a.cycle AND m.layer = a.layer;
