-- score: one row a worksheet, with what lists and charts ask for. Built once;
-- ranks are by (cycle, layer), equal totals share a rank.
CREATE VIEW worksheet_count AS
SELECT unit_id, cycle, layer,
  count(CASE WHEN state = 'answered' THEN 1 END) AS answered,
  count(CASE WHEN state = 'unanswered' THEN 1 END) AS unanswered,
  count(CASE WHEN state = 'not_applicable' THEN 1 END) AS not_applicable
FROM item
GROUP BY unit_id, cycle, layer;

-- What each area attained, in percent of its weight, with what filters ask for:
-- stored, for charts of the nation's areas read it whole.
CREATE VIEW area_share AS
SELECT a.unit_id, a.cycle, a.layer, a.regulation, u.agency_id, g.kind, u.unit_type, u.province_code, a.area, a.score, a.weight,
  CAST(CAST(a.score AS DOUBLE) * 100 / CAST(a.weight AS DOUBLE) AS DECIMAL(18, 12)) AS share
FROM change_area a
JOIN unit u ON u.unit_id = a.unit_id
JOIN agency g ON g.agency_id = u.agency_id;

CREATE VIEW area_wide AS
SELECT unit_id, cycle, layer,
  max(CASE WHEN area = 'MP' THEN share END) AS mp,
  max(CASE WHEN area = 'TT' THEN share END) AS tt,
  max(CASE WHEN area = 'SDM' THEN share END) AS sdm,
  max(CASE WHEN area = 'AK' THEN share END) AS ak,
  max(CASE WHEN area = 'PW' THEN share END) AS pw,
  max(CASE WHEN area = 'PP' THEN share END) AS pp
FROM area_share
GROUP BY unit_id, cycle, layer;

CREATE VIEW node_wide AS
SELECT unit_id, cycle, layer,
  max(CASE WHEN code = 'total' THEN score END) AS total,
  max(CASE WHEN code = 'A' THEN score END) AS pengungkit,
  max(CASE WHEN code = 'B' THEN score END) AS hasil
FROM node
WHERE code IN ('total', 'A', 'B')
GROUP BY unit_id, cycle, layer;

CREATE VIEW survey_wide AS
SELECT s.unit_id, s.cycle, s.layer,
  max(CASE WHEN n.area = 'B.I' THEN s.value END) AS ipak,
  max(CASE WHEN n.area = 'B.II' THEN s.value END) AS ipkp
FROM survey_in_worksheet s
JOIN rule_item i ON i.regulation = s.regulation AND i.item_id = s.item_id
JOIN rule_node n ON n.regulation = i.regulation AND n.code = i.node
GROUP BY s.unit_id, s.cycle, s.layer;

-- The standard error of a survey's value on 0-4, from its respondents, with the
-- correction for a finite population (Cochran 1977); no less than the rounding
-- of a second decimal.
CREATE VIEW survey_error AS
SELECT unit_id, cycle, index, CAST(value AS DOUBLE) * 4 / CAST(scale_max AS DOUBLE) AS value,
  greatest(0.003, CAST(sd AS DOUBLE) * 4 / CAST(scale_max AS DOUBLE) / sqrt(respondents)
    * CASE WHEN population > 1 AND population >= respondents THEN sqrt(CAST(population - respondents AS DOUBLE) / (population - 1)) ELSE 1 END) AS se
FROM survey
WHERE sd IS NOT NULL AND scale_min IS NOT NULL AND scale_max IS NOT NULL AND respondents >= 2;

-- That of the survey whose value the worksheet has, rounding aside.
CREATE VIEW error_wide AS
SELECT s.unit_id, s.cycle, s.layer,
  arg_min(CASE WHEN e.index = 'IPAK' THEN e.se END, CASE WHEN e.index = 'IPAK' THEN abs(e.value - CAST(s.ipak AS DOUBLE)) END) AS ipak_se,
  arg_min(CASE WHEN e.index = 'IPKP' THEN e.se END, CASE WHEN e.index = 'IPKP' THEN abs(e.value - CAST(s.ipkp AS DOUBLE)) END) AS ipkp_se
FROM survey_wide s
JOIN survey_error e ON e.unit_id = s.unit_id AND e.cycle = s.cycle
WHERE abs(e.value - CAST(CASE e.index WHEN 'IPAK' THEN s.ipak WHEN 'IPKP' THEN s.ipkp END AS DOUBLE)) < 0.055
GROUP BY s.unit_id, s.cycle, s.layer;

CREATE VIEW score AS
SELECT
  w.unit_id, w.cycle, w.layer, w.regulation, w.basis,
  u.agency_id, g.kind, u.unit_type, u.province_code,
  n.total, n.pengungkit, n.hasil, a.mp, a.tt, a.sdm, a.ak, a.pw, a.pp, s.ipak, s.ipkp, e.ipak_se, e.ipkp_se,
  c.answered, c.unanswered, c.not_applicable
FROM worksheet w
JOIN unit u ON u.unit_id = w.unit_id
JOIN agency g ON g.agency_id = u.agency_id
LEFT JOIN node_wide n ON n.unit_id = w.unit_id AND n.cycle = w.cycle AND n.layer = w.layer
LEFT JOIN area_wide a ON a.unit_id = w.unit_id AND a.cycle = w.cycle AND a.layer = w.layer
LEFT JOIN survey_wide s ON s.unit_id = w.unit_id AND s.cycle = w.cycle AND s.layer = w.layer
LEFT JOIN error_wide e ON e.unit_id = w.unit_id AND e.cycle = w.cycle AND e.layer = w.layer
LEFT JOIN worksheet_count c ON c.unit_id = w.unit_id AND c.cycle = w.cycle AND c.layer = w.layer;

CREATE VIEW standing AS
SELECT
  unit_id, cycle, layer, total,
  rank() OVER (PARTITION BY cycle, layer ORDER BY total DESC) AS rank_nation,
  count(*) OVER (PARTITION BY cycle, layer) AS of_nation,
  rank() OVER (PARTITION BY cycle, layer, kind ORDER BY total DESC) AS rank_kind,
  count(*) OVER (PARTITION BY cycle, layer, kind) AS of_kind,
  rank() OVER (PARTITION BY cycle, layer, unit_type ORDER BY total DESC) AS rank_type,
  count(*) OVER (PARTITION BY cycle, layer, unit_type) AS of_type,
  rank() OVER (PARTITION BY cycle, layer, province_code ORDER BY total DESC) AS rank_province,
  count(*) OVER (PARTITION BY cycle, layer, province_code) AS of_province,
  rank() OVER (PARTITION BY cycle, layer, agency_id ORDER BY total DESC) AS rank_agency,
  count(*) OVER (PARTITION BY cycle, layer, agency_id) AS of_agency
FROM score
WHERE total IS NOT NULL;
