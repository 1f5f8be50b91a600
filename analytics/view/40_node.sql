-- area = sum of its sub-areas; under "spread" the weight of those that do not
-- apply goes to the others. Components and the total are sums of areas.

CREATE VIEW area_of_items AS
SELECT
  s.unit_id, s.cycle, s.layer, s.regulation, s.unanswered, s.not_applicable, s.parent AS code,
  CASE WHEN count(CASE WHEN s.state <> 'not_applicable' THEN 1 END) = 0 THEN 'not_applicable' ELSE 'answered' END AS state,
  CASE
    WHEN count(CASE WHEN s.state <> 'not_applicable' THEN 1 END) = 0 THEN CAST(0 AS DECIMAL(18, 12))
    WHEN s.not_applicable = 'spread' AND count(CASE WHEN s.state = 'not_applicable' THEN 1 END) > 0
      THEN CAST(
        CAST(sum(s.score) AS DOUBLE) * CAST(max(n.weight) AS DOUBLE)
        / CAST(sum(CASE WHEN s.state <> 'not_applicable' THEN s.weight END) AS DOUBLE) AS DECIMAL(18, 12))
    ELSE CAST(sum(s.score) AS DECIMAL(18, 12))
  END AS score
FROM subarea s
JOIN rule_node n ON n.regulation = s.regulation AND n.code = s.parent
GROUP BY s.unit_id, s.cycle, s.layer, s.regulation, s.unanswered, s.not_applicable, s.parent;

-- Where no items were kept: each area as sent, or the sum of its sub-areas if
-- all of them were sent.
CREATE VIEW area_as_sent AS
SELECT
  w.unit_id, w.cycle, w.layer, w.regulation, p.unanswered, p.not_applicable, n.code,
  CASE WHEN coalesce(own.score, parts.score) IS NULL THEN 'unanswered' ELSE 'answered' END AS state,
  coalesce(own.score, parts.score) AS score
FROM worksheet w
JOIN policy p ON p.regulation = w.regulation
JOIN rule_node n ON n.regulation = w.regulation AND n.level = 'area'
LEFT JOIN sent_score own
  ON own.unit_id = w.unit_id AND own.cycle = w.cycle AND own.layer = w.layer AND own.regulation = w.regulation AND own.code = n.code
LEFT JOIN (
  SELECT s.unit_id, s.cycle, s.layer, s.regulation, c.parent,
    CASE WHEN count(*) = max(k.children) THEN CAST(sum(s.score) AS DECIMAL(18, 12)) END AS score
  FROM sent_score s
  JOIN rule_node c ON c.regulation = s.regulation AND c.code = s.code AND c.level = 'subarea'
  JOIN rule_node k ON k.regulation = c.regulation AND k.code = c.parent
  GROUP BY s.unit_id, s.cycle, s.layer, s.regulation, c.parent
) parts
  ON parts.unit_id = w.unit_id AND parts.cycle = w.cycle AND parts.layer = w.layer AND parts.regulation = w.regulation AND parts.parent = n.code
WHERE w.basis = 'scores';

CREATE VIEW area AS
SELECT * FROM area_of_items
UNION ALL
SELECT * FROM area_as_sent;

-- Above the areas: the sum of all areas below; where one is not known, the
-- score as sent; for the total also the sum of both components.
CREATE VIEW upper_sum AS
SELECT
  a.unit_id, a.cycle, a.layer, a.regulation, a.unanswered, a.not_applicable, u.above AS code,
  CASE WHEN count(a.score) = count(*) THEN CAST(sum(a.score) AS DECIMAL(18, 12)) ELSE max(s.score) END AS score
FROM area a
JOIN rule_above u ON u.regulation = a.regulation AND u.code = a.code
LEFT JOIN sent_score s
  ON s.unit_id = a.unit_id AND s.cycle = a.cycle AND s.layer = a.layer AND s.regulation = a.regulation AND s.code = u.above
GROUP BY a.unit_id, a.cycle, a.layer, a.regulation, a.unanswered, a.not_applicable, u.above;

CREATE VIEW upper_node AS
SELECT
  n.unit_id, n.cycle, n.layer, n.regulation, n.unanswered, n.not_applicable, n.code,
  CASE WHEN coalesce(n.score, p.score) IS NULL THEN 'unanswered' ELSE 'answered' END AS state,
  coalesce(n.score, p.score) AS score
FROM upper_sum n
LEFT JOIN (
  SELECT c.unit_id, c.cycle, c.layer, c.regulation, c.unanswered, c.not_applicable, r.parent,
    CASE WHEN count(c.score) = max(k.children) THEN CAST(sum(c.score) AS DECIMAL(18, 12)) END AS score
  FROM upper_sum c
  JOIN rule_node r ON r.regulation = c.regulation AND r.code = c.code AND r.level IN ('component', 'part')
  JOIN rule_node k ON k.regulation = r.regulation AND k.code = r.parent
  GROUP BY c.unit_id, c.cycle, c.layer, c.regulation, c.unanswered, c.not_applicable, r.parent
) p
  ON p.unit_id = n.unit_id AND p.cycle = n.cycle AND p.layer = n.layer AND p.regulation = n.regulation
  AND p.unanswered = n.unanswered AND p.not_applicable = n.not_applicable AND p.parent = n.code;

CREATE VIEW node AS
SELECT unit_id, cycle, layer, regulation, unanswered, not_applicable, code, state, score FROM subarea
UNION ALL
SELECT s.unit_id, s.cycle, s.layer, s.regulation, p.unanswered, p.not_applicable, s.code, 'answered', s.score
FROM sent_score s
JOIN worksheet w ON w.unit_id = s.unit_id AND w.cycle = s.cycle AND w.layer = s.layer AND w.regulation = s.regulation AND w.basis = 'scores'
JOIN rule_node n ON n.regulation = s.regulation AND n.code = s.code AND n.level = 'subarea'
JOIN policy p ON p.regulation = s.regulation
UNION ALL
SELECT unit_id, cycle, layer, regulation, unanswered, not_applicable, code, state, score FROM area
UNION ALL
SELECT unit_id, cycle, layer, regulation, unanswered, not_applicable, code, state, score FROM upper_node;
