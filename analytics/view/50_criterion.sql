-- criterion: every threshold of both targets, tested on every worksheet.
-- Values are compared rounded to 9 decimals: far below what a worksheet can
-- express, above what one rounded division leaves. Unknown is neither passed
-- nor failed.

-- One area of change: both halves together.
CREATE VIEW change_area AS
SELECT
  a.unit_id, a.cycle, a.layer, a.regulation, a.unanswered, a.not_applicable, n.area,
  CASE WHEN count(a.score) = count(*) THEN CAST(sum(a.score) AS DECIMAL(18, 12)) END AS score,
  CAST(sum(n.weight) AS DECIMAL(18, 12)) AS weight
FROM area a
JOIN rule_node n ON n.regulation = a.regulation AND n.code = a.code
GROUP BY a.unit_id, a.cycle, a.layer, a.regulation, a.unanswered, a.not_applicable, n.area;

-- The survey indexes as the worksheet holds them, on 0-4.
CREATE VIEW survey_in_worksheet AS
SELECT
  n.unit_id, n.cycle, n.layer, n.regulation, n.unanswered, n.not_applicable, r.item_id,
  CASE WHEN w.basis = 'items' THEN CAST(i.value AS DECIMAL(18, 12))
       ELSE CAST(CAST(n.score AS DOUBLE) * 4 / CAST(t.weight AS DOUBLE) AS DECIMAL(18, 12)) END AS value
FROM node n
JOIN rule_node t ON t.regulation = n.regulation AND t.code = n.code
JOIN rule_item r ON r.regulation = n.regulation AND r.node = n.code AND r.formula = 'value4'
JOIN worksheet w ON w.unit_id = n.unit_id AND w.cycle = n.cycle AND w.layer = n.layer AND w.regulation = n.regulation
LEFT JOIN item i ON i.unit_id = n.unit_id AND i.cycle = n.cycle AND i.layer = n.layer AND i.regulation = n.regulation AND i.item_id = r.item_id;

CREATE VIEW measured AS
SELECT n.unit_id, n.cycle, n.layer, n.regulation, n.unanswered, n.not_applicable, c.target, c.code, c.minimum, n.score AS value
FROM node n
JOIN rule_criterion c ON c.regulation = n.regulation AND c.measure = 'points' AND c.node = n.code
UNION ALL
SELECT a.unit_id, a.cycle, a.layer, a.regulation, a.unanswered, a.not_applicable, c.target, c.code, c.minimum,
  CAST(CAST(a.score AS DOUBLE) * 100 / CAST(a.weight AS DOUBLE) AS DECIMAL(18, 12))
FROM change_area a
JOIN rule_criterion c ON c.regulation = a.regulation AND c.measure = 'area_share' AND c.area = a.area
UNION ALL
SELECT s.unit_id, s.cycle, s.layer, s.regulation, s.unanswered, s.not_applicable, c.target, c.code, c.minimum, s.value
FROM survey_in_worksheet s
JOIN rule_criterion c ON c.regulation = s.regulation AND c.measure = 'value' AND c.item = s.item_id
UNION ALL
SELECT w.unit_id, w.cycle, w.layer, w.regulation, p.unanswered, p.not_applicable, c.target, c.code, c.minimum, f.value
FROM worksheet w
JOIN policy p ON p.regulation = w.regulation
JOIN rule_criterion c ON c.regulation = w.regulation AND c.measure = 'fact'
LEFT JOIN fact f ON f.unit_id = w.unit_id AND f.cycle = w.cycle AND f.code = c.code
WHERE c.code <> 'kawasan' OR f.value IS NOT NULL;

CREATE VIEW criterion AS
SELECT
  *,
  round(value - minimum, 9) AS margin,
  CASE WHEN value IS NULL THEN NULL ELSE round(value - minimum, 9) >= 0 END AS passed
FROM measured;
