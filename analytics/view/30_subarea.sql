-- subarea = mean(item scores) x weight, under each policy that is listed in
-- the table policy (the serving file lists the rule sets' own).
CREATE VIEW subarea AS
SELECT
  g.unit_id, g.cycle, g.layer, g.regulation, p.unanswered, p.not_applicable,
  n.code, n.parent, n.area, n.weight,
  CASE
    WHEN g.answered + g.blank = 0 THEN 'not_applicable'
    WHEN g.answered = 0 THEN 'unanswered'
    ELSE 'answered'
  END AS state,
  CASE
    WHEN g.answered = 0 THEN CAST(0 AS DECIMAL(18, 12))
    WHEN p.unanswered = 'omit'
      THEN CAST(CAST(g.earned AS DOUBLE) * CAST(n.weight AS DOUBLE) / g.answered AS DECIMAL(18, 12))
    ELSE CAST(CAST(g.earned AS DOUBLE) * CAST(n.weight AS DOUBLE) / (g.answered + g.blank) AS DECIMAL(18, 12))
  END AS score
FROM (
  SELECT
    unit_id, cycle, layer, regulation, node,
    sum(CASE WHEN state = 'answered' THEN score END) AS earned,
    count(CASE WHEN state = 'answered' THEN 1 END) AS answered,
    count(CASE WHEN state = 'unanswered' THEN 1 END) AS blank
  FROM item
  GROUP BY unit_id, cycle, layer, regulation, node
) g
JOIN rule_node n ON n.regulation = g.regulation AND n.code = g.node
JOIN policy p ON p.regulation = g.regulation;
