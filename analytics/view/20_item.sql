-- item: what each scored item of each worksheet earned, 0 to 1.

-- The counts a ratio is made of, brought to one row a ratio. The total as
-- written counts; the sum of all its parts stands in for it.
CREATE VIEW item_count AS
SELECT
  a.unit_id, a.cycle, a.layer, a.regulation, i.parent AS item_id,
  max(CASE WHEN i.role = 'num' THEN a.value END) AS num,
  max(CASE WHEN i.role = 'den' THEN a.value END) AS den,
  CASE WHEN count(CASE WHEN i.role = 'den_part' THEN a.value END) = max(p.den_parts) AND max(p.den_parts) > 0
       THEN sum(CASE WHEN i.role = 'den_part' THEN a.value END) END AS den_sum
FROM answer a
JOIN rule_item i ON i.regulation = a.regulation AND i.item_id = a.item_id
JOIN rule_item p ON p.regulation = i.regulation AND p.item_id = i.parent
WHERE i.kind = 'input'
GROUP BY a.unit_id, a.cycle, a.layer, a.regulation, i.parent;

CREATE VIEW item_answer AS
SELECT
  w.unit_id, w.cycle, w.layer, w.regulation, i.ord, i.item_id, i.node, i.formula,
  a.choice, a.value, o.score AS option_score, a.reported_score AS reported,
  coalesce(a.num, c.num) AS num,
  coalesce(a.den, c.den, c.den_sum) AS den,
  a.source, a.sheet, a.line
FROM worksheet w
JOIN rule_item i ON i.regulation = w.regulation AND i.kind = 'scored'
LEFT JOIN answer a
  ON a.unit_id = w.unit_id AND a.cycle = w.cycle AND a.layer = w.layer AND a.regulation = w.regulation AND a.item_id = i.item_id
LEFT JOIN item_count c
  ON c.unit_id = w.unit_id AND c.cycle = w.cycle AND c.layer = w.layer AND c.regulation = w.regulation AND c.item_id = i.item_id
LEFT JOIN rule_option o ON o.regulation = w.regulation AND o.item_id = i.item_id AND o.choice = a.choice
WHERE w.basis = 'items';

-- One division, rounded once: sums of DOUBLE are not reproducible, a single
-- quotient is.
CREATE VIEW item AS
SELECT
  *,
  CASE
    WHEN formula = 'option' THEN CASE WHEN option_score IS NULL THEN 'unanswered' ELSE 'answered' END
    WHEN formula IN ('value4', 'value100') THEN CASE WHEN value IS NULL THEN 'unanswered' ELSE 'answered' END
    WHEN num IS NULL OR den IS NULL THEN CASE WHEN value IS NULL THEN 'unanswered' ELSE 'answered' END
    WHEN formula = 'ratio' AND den = 0 THEN 'not_applicable'
    ELSE 'answered'
  END AS state,
  CASE
    WHEN formula = 'option' THEN option_score
    WHEN formula = 'value4' THEN CAST(least(1, greatest(0, CAST(value AS DOUBLE) / 4)) AS DECIMAL(18, 12))
    WHEN formula = 'value100' THEN CAST(least(1, greatest(0, CAST(value AS DOUBLE) / 100)) AS DECIMAL(18, 12))
    WHEN num IS NULL OR den IS NULL THEN CAST(least(1, greatest(0, CAST(value AS DOUBLE))) AS DECIMAL(18, 12))
    WHEN formula = 'ratio' AND den = 0 THEN NULL
    WHEN formula = 'ratio' THEN CAST(least(1, greatest(0, CAST(num AS DOUBLE) / CAST(den AS DOUBLE))) AS DECIMAL(18, 12))
    WHEN den = 0 AND num = 0 THEN CAST(1 AS DECIMAL(18, 12))
    WHEN den = 0 THEN CAST(0 AS DECIMAL(18, 12))
    ELSE CAST(least(1, greatest(0, CAST(den - num AS DOUBLE) / CAST(den AS DOUBLE))) AS DECIMAL(18, 12))
  END AS score
FROM item_answer;
