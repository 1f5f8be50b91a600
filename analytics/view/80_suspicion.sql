-- suspicion: what is possible row by row and cannot all be true together. A
-- suspicion rejects nothing; it names the row a human should look at.
--
-- suspicion_of_cycle looks at one cycle at a time. suspicion_across needs all
-- cycles at once: a worksheet may be copied from another year's, and a WBK is
-- awarded years before. So suspicion itself is not cycle-local.

-- How far numbers may differ before it is a suspicion. The answer on quality
-- and the page on methods quote these; a test compares them.
--   reported        points between the total as reported and as recomputed: two
--                   decimals are what senders show, each rounded by at most half
--                   of the last one
--   rounding        least rounding of a single number: half of the second decimal
--   rounding_survey most that rounding may explain of one survey index on 0-4,
--                   whatever it was rounded to
--   answered        items, below which equal worksheets are no surprise
--   varied          items that differ from the worksheet's most frequent score:
--                   ten of thirty can be placed in thirty million ways, so two
--                   units do not meet there by chance
CREATE VIEW tolerance AS
SELECT
  CAST(0.01 AS DECIMAL(18, 12)) AS reported, CAST(0.005 AS DECIMAL(18, 12)) AS rounding, CAST(0.05 AS DECIMAL(18, 12)) AS rounding_survey,
  30 AS answered, 10 AS varied;

-- Half of the last decimal a number was written with: 0.5 for a whole number.
-- From the second decimal on it is rounding, the least.
CREATE VIEW sent_node AS
SELECT s.unit_id, s.cycle, s.layer, s.regulation, s.code, s.score, s.source, s.sheet, s.line,
  CASE WHEN s.score % 1 = 0 THEN 0.5 WHEN s.score % 0.1 = 0 THEN 0.05 ELSE 0.005 END AS half
FROM sent_score s;

-- What a node is the sum of: all areas below it, and for the total the two
-- components, should the areas not have been sent.
CREATE VIEW summand AS
SELECT u.regulation, u.above AS code, 'areas' AS by, u.code AS part, count(*) OVER (PARTITION BY u.regulation, u.above) AS parts
FROM rule_above u
UNION ALL
SELECT n.regulation, n.parent, 'components', n.code, count(*) OVER (PARTITION BY n.regulation, n.parent)
FROM rule_node n
WHERE n.level = 'component';

-- A sum of n rounded numbers is off by at most n halves of the last decimal,
-- and its own total by one more. The number with the most decimals says how
-- many were sent: 3.5 among numbers with two decimals is 3.50.
CREATE VIEW sent_sum AS
SELECT t.unit_id, t.cycle, t.layer, t.code, t.score, t.source, t.sheet, t.line, k.by, sum(p.score) AS parts,
  greatest((SELECT rounding FROM tolerance), (count(*) + 1) * least(min(t.half), min(p.half))) AS allowed
FROM sent_node t
JOIN summand k ON k.regulation = t.regulation AND k.code = t.code
JOIN sent_node p
  ON p.unit_id = t.unit_id AND p.cycle = t.cycle AND p.layer = t.layer AND p.regulation = t.regulation AND p.code = k.part
GROUP BY t.unit_id, t.cycle, t.layer, t.code, t.score, t.source, t.sheet, t.line, k.by
HAVING count(*) = max(k.parts);

-- The surveys taken in, on 0-4, with what rounding may explain.
CREATE VIEW survey_on_four AS
SELECT unit_id, cycle, index,
  CAST(CAST(value AS DOUBLE) * 4 / CAST(scale_max AS DOUBLE) AS DECIMAL(18, 12)) AS value,
  CAST(CASE WHEN value % 1 = 0 THEN 0.5 WHEN value % 0.1 = 0 THEN 0.05 ELSE 0.005 END * 4 / CAST(scale_max AS DOUBLE) AS DECIMAL(18, 12)) AS half
FROM survey;

-- A survey item of a worksheet beside all surveys of the unit and cycle. Which
-- of several the layer took is not said anywhere, so the nearest counts; one
-- without its scale might be the one that was taken.
CREATE VIEW survey_beside AS
SELECT i.unit_id, i.cycle, i.layer, i.item_id, i.value, i.source, i.sheet, i.line, v.index,
  arg_min(v.value, abs(v.value - i.value)) AS nearest,
  count(*) - count(v.value) AS unknown,
  min(abs(v.value - i.value)
    - least(t.rounding_survey, greatest(t.rounding, v.half))
    - CASE WHEN i.value % 0.1 = 0 THEN t.rounding_survey ELSE t.rounding END) AS beyond
FROM item i
JOIN rule_item r ON r.regulation = i.regulation AND r.item_id = i.item_id
JOIN rule_node n ON n.regulation = r.regulation AND n.code = r.node
JOIN survey_on_four v ON v.unit_id = i.unit_id AND v.cycle = i.cycle AND v.index = CASE n.area WHEN 'B.I' THEN 'IPAK' WHEN 'B.II' THEN 'IPKP' END
CROSS JOIN tolerance t
WHERE i.formula = 'value4' AND i.value IS NOT NULL
GROUP BY i.unit_id, i.cycle, i.layer, i.item_id, i.value, i.source, i.sheet, i.line, v.index;

-- The stages of a nomination in their order, each beside the latest day that
-- an earlier one was entered, and the stage that follows.
CREATE VIEW stage_beside AS
SELECT n.unit_id, n.cycle, n.stage, n.result, n.entered_on, n.source, n.sheet, n.line,
  max(n.entered_on) OVER (PARTITION BY n.unit_id, n.cycle, n.target, n.issuer ORDER BY s.ord ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_on,
  arg_max(n.stage, n.entered_on) OVER (PARTITION BY n.unit_id, n.cycle, n.target, n.issuer ORDER BY s.ord ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest,
  lead(n.stage) OVER (PARTITION BY n.unit_id, n.cycle, n.target, n.issuer ORDER BY s.ord) AS next
FROM nomination n
JOIN rule_stage s ON s.stage = n.stage;

CREATE VIEW suspicion_of_cycle AS
SELECT 'stages-out-of-order' AS code, 'nominations' AS dataset, unit_id, cycle, '' AS layer, 'entered_on' AS field,
  stage || ' ' || CAST(entered_on AS VARCHAR) AS value, latest || ' ' || CAST(latest_on AS VARCHAR) AS want, source, sheet, line
FROM stage_beside
WHERE entered_on < latest_on
UNION ALL
SELECT 'stage-after-end', 'nominations', unit_id, cycle, '', 'result', stage || ' ' || result, next, source, sheet, line
FROM stage_beside
WHERE result IN ('tidak_lulus', 'ditarik') AND next IS NOT NULL
UNION ALL
SELECT 'sum-differs', 'scores', s.unit_id, s.cycle, s.layer, 'score', s.code || ' = ' || CAST(CAST(s.score AS DECIMAL(18, 2)) AS VARCHAR), CAST(CAST(s.parts AS DECIMAL(18, 2)) AS VARCHAR), s.source, s.sheet, s.line
FROM sent_sum s
WHERE abs(s.score - s.parts) > s.allowed
  AND (s.by = 'areas' OR NOT EXISTS (
    SELECT 1 FROM sent_sum a WHERE a.unit_id = s.unit_id AND a.cycle = s.cycle AND a.layer = s.layer AND a.code = s.code AND a.by = 'areas'))
UNION ALL
SELECT 'survey-differs', 'answers', unit_id, cycle, layer, 'value', index || ' = ' || CAST(CAST(value AS DECIMAL(18, 2)) AS VARCHAR), CAST(CAST(nearest AS DECIMAL(18, 2)) AS VARCHAR), source, sheet, line
FROM survey_beside
WHERE beyond > 0 AND unknown = 0
UNION ALL
-- Every scale gives its best choice a score of 1.
SELECT 'all-best', 'answers', f.unit_id, f.cycle, f.layer, 'choice', CAST(f.best AS VARCHAR), NULL, f.source, f.sheet, f.line
FROM fingerprint f
CROSS JOIN tolerance t
WHERE f.layer = 'self' AND f.best = f.options AND f.options >= t.answered
UNION ALL
SELECT 'total-differs', 'scores', r.unit_id, r.cycle, r.layer, 'score', CAST(CAST(r.reported AS DECIMAL(18, 2)) AS VARCHAR), CAST(CAST(r.recomputed AS DECIMAL(18, 2)) AS VARCHAR), r.source, r.sheet, r.line
FROM reported_total r
CROSS JOIN tolerance t
WHERE abs(r.reported - r.recomputed) > t.reported;

-- Every WBK there ever was, also of units that were merged into others.
CREATE VIEW wbk_held AS
SELECT unit_id, awarded_on, revoked_on FROM award WHERE predicate = 'WBK'
UNION ALL
SELECT u.merged_into, a.awarded_on, a.revoked_on
FROM award a JOIN unit u ON u.unit_id = a.unit_id
WHERE a.predicate = 'WBK' AND u.merged_into <> '';

-- Who asked for or got WBBM, and when; a nomination without a date is read as
-- of the last day of its cycle.
CREATE VIEW wbbm_on AS
SELECT 'nominations' AS dataset, 'target' AS field, n.unit_id, n.cycle, n.source, n.sheet, n.line,
  coalesce(min(n.entered_on) OVER (PARTITION BY n.unit_id, n.cycle, n.issuer), CAST(CAST(n.cycle AS VARCHAR) || '-12-31' AS DATE)) AS day,
  row_number() OVER (PARTITION BY n.unit_id, n.cycle, n.issuer ORDER BY s.ord) AS nth
FROM nomination n
JOIN rule_stage s ON s.stage = n.stage
WHERE n.target = 'WBBM' AND s.ord >= (SELECT ord FROM rule_stage WHERE stage = 'pengusulan')
UNION ALL
SELECT 'awards', 'predicate', unit_id, CAST(year(awarded_on) AS INTEGER), source, sheet, line, awarded_on, 1
FROM award
WHERE predicate = 'WBBM';

CREATE VIEW suspicion_across AS
-- Without a single WBK in the register nothing is known about who held one.
SELECT 'wbbm-without-wbk' AS code, w.dataset, w.unit_id, w.cycle, '' AS layer, w.field, CAST(w.day AS VARCHAR) AS value, NULL AS want, w.source, w.sheet, w.line
FROM wbbm_on w
WHERE w.nth = 1 AND EXISTS (SELECT 1 FROM wbk_held)
  AND NOT EXISTS (
    SELECT 1 FROM wbk_held h
    WHERE h.unit_id = w.unit_id AND h.awarded_on < w.day AND (h.revoked_on IS NULL OR h.revoked_on > w.day))
UNION ALL
SELECT 'same-worksheet', 'answers', f.unit_id, f.cycle, f.layer, 'unit_id', CAST(g.sheets AS VARCHAR),
  CASE WHEN f.unit_id = g.first THEN g.last_sheet ELSE g.first_sheet END, f.source, f.sheet, f.line
FROM fingerprint f
JOIN (
  SELECT layer, mark, second_mark, answered, count(*) AS sheets, min(unit_id) AS first,
    min(unit_id || ' (' || CAST(cycle AS VARCHAR) || ')') AS first_sheet, max(unit_id || ' (' || CAST(cycle AS VARCHAR) || ')') AS last_sheet
  FROM fingerprint
  CROSS JOIN (SELECT answered AS enough, varied AS enough_varied FROM tolerance) t
  WHERE answered >= enough AND varied >= enough_varied
  GROUP BY layer, mark, second_mark, answered
  HAVING min(unit_id) <> max(unit_id)
) g ON g.layer = f.layer AND g.mark = f.mark AND g.second_mark = f.second_mark AND g.answered = f.answered;

CREATE VIEW suspicion AS
SELECT s.code, 'flagged' AS severity, s.dataset, s.unit_id, u.agency_id, s.cycle, s.layer, s.field, s.value, s.want, s.source, s.sheet, s.line
FROM (SELECT * FROM suspicion_of_cycle UNION ALL SELECT * FROM suspicion_across) s
LEFT JOIN unit u ON u.unit_id = s.unit_id;
