-- item_level: how many units stand at which level of each item, by type of
-- unit; no unit is in it. Where it does not apply it is not counted; a blank
-- counts as 0, as it does in scores. The level of an option is its score; of a
-- ratio or a survey, the score rounded down to 80ths (0.05 of 4), so that 3.20
-- and 3.60 are levels.
CREATE VIEW item_level AS
SELECT i.cycle, i.layer, i.regulation, s.unit_type, i.item_id,
  CASE
    WHEN i.score IS NULL THEN CAST(0 AS DECIMAL(18, 12))
    WHEN i.formula = 'option' THEN i.score
    ELSE CAST(floor(CAST(i.score AS DOUBLE) * 80 + 0.000001) / 80 AS DECIMAL(18, 12))
  END AS level,
  count(*) AS n
FROM item i
JOIN score s ON s.unit_id = i.unit_id AND s.cycle = i.cycle AND s.layer = i.layer
WHERE i.layer IN ('tpi', 'tpn') AND i.state <> 'not_applicable'
GROUP BY 1, 2, 3, 4, 5, 6;
