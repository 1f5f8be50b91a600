-- Who may see which rows. Every query runs with the tables it names shadowed
-- by these, so that no query can forget it. A table of the serving file with no
-- rule here, and not named public in Go, has no rows for anyone but the
-- ministry. main.NAME is the table itself; a name alone is the rule above.
--
--   {own X}         X's unit is the reader's own
--   {ours X}        X's agency is the reader's own, a unit's agency included
--   {released E}    the cycle E is released
--   {open X}        X's layer may be seen of an own unit: TPN after release
--   {member}        the reader has signed in
--   {agency}        the reader is an agency, or more
--   {all}           the reader sees everything
--
-- First what may be shown BY NAME.

-- Whoever holds a predicate, and since which cycle: what everyone may know.
-- One that was revoked in a cycle not yet released still counts as held.
CREATE RULE holder AS
SELECT a.unit_id, CAST(year(a.awarded_on) AS INTEGER) AS cycle, a.predicate, a.issuer
FROM main.award a
WHERE {released year(a.awarded_on)} AND (a.revoked_on IS NULL OR NOT {released year(a.revoked_on)});

-- The register is the peers' context. The public knows holders, not their size.
CREATE RULE unit AS
SELECT u.* REPLACE (
  CASE WHEN {member} THEN u.staff END AS staff, CASE WHEN {member} THEN u.service_users END AS service_users,
  CASE WHEN {member} THEN u.budget_idr END AS budget_idr)
FROM main.unit u
WHERE {member} OR u.unit_id IN (SELECT unit_id FROM holder);

CREATE RULE unit_before AS SELECT u.* FROM main.unit_before u WHERE {member};

CREATE RULE award AS
SELECT a.* REPLACE (
  CASE WHEN {own a} THEN a.decree END AS decree,
  CASE WHEN {released year(a.revoked_on)} THEN a.revoked_on END AS revoked_on,
  CASE WHEN {released year(a.revoked_on)} THEN a.revoke_reason END AS revoke_reason)
FROM main.award a
WHERE {released year(a.awarded_on)} AND ({own a} OR a.revoked_on IS NULL OR NOT {released year(a.revoked_on)});

-- Results from the nomination on are outcomes; what an agency did before is
-- its own.
CREATE RULE nomination AS
SELECT n.* FROM main.nomination n
WHERE {own n} AND ({released n.cycle} OR n.stage IN (
  SELECT stage FROM main.rule_stage WHERE ord < (SELECT ord FROM main.rule_stage WHERE stage = 'pengusulan')));

CREATE RULE nominee AS
SELECT n.* FROM main.nominee n
WHERE {released n.cycle} AND ({own n} OR n.result = 'lulus' AND EXISTS (
  SELECT 1 FROM holder h WHERE h.unit_id = n.unit_id AND h.cycle = n.cycle AND h.predicate = n.target AND h.issuer = n.issuer));

-- Of a holder: how TPN saw each area in the cycle of its predicate, no more.
CREATE RULE score AS
SELECT s.* FROM main.score s
WHERE {own s} AND {open s}
UNION ALL
SELECT s.* REPLACE (NULL AS total, NULL AS pengungkit, NULL AS hasil, NULL AS ipak, NULL AS ipkp, NULL AS ipak_se, NULL AS ipkp_se, NULL AS answered, NULL AS unanswered, NULL AS not_applicable)
FROM main.score s
WHERE NOT {own s} AND s.layer = 'tpn' AND {released s.cycle} AND EXISTS (SELECT 1 FROM holder h WHERE h.unit_id = s.unit_id AND h.cycle = s.cycle);

CREATE RULE area_share AS
SELECT s.* FROM main.area_share s
WHERE {own s} AND {open s}
  OR s.layer = 'tpn' AND {released s.cycle} AND EXISTS (SELECT 1 FROM holder h WHERE h.unit_id = s.unit_id AND h.cycle = s.cycle);

-- Who receives visitors, and how many it can: open to members, of holders. A
-- visit by name is its guest's and its host's.
CREATE RULE host AS
SELECT x.* FROM main.host x
WHERE {member} AND x.unit_id IN (SELECT unit_id FROM holder);

CREATE RULE visit AS
SELECT v.* FROM main.visit v
WHERE {agency} AND (v.host_id IN (SELECT unit_id FROM main.unit WHERE agency_id = $scope_own) OR v.guest_id IN (SELECT unit_id FROM main.unit WHERE agency_id = $scope_own))
  OR v.host_id = $scope_own OR v.guest_id = $scope_own;

-- Worksheets are the unit's, its agency's and the ministry's.
CREATE RULE item AS SELECT x.* FROM main.item x WHERE {own x} AND {open x};
CREATE RULE node AS SELECT x.* FROM main.node x WHERE {own x} AND {open x};
CREATE RULE answer AS SELECT x.* FROM main.answer x WHERE {own x} AND {open x};
CREATE RULE sent_score AS SELECT x.* FROM main.sent_score x WHERE {own x} AND {open x};
CREATE RULE worksheet AS SELECT x.* FROM main.worksheet x WHERE {own x} AND {open x};
CREATE RULE superseded AS SELECT x.* FROM main.superseded x WHERE {own x} AND {open x};
CREATE RULE reported_total AS SELECT x.* FROM main.reported_total x WHERE {own x} AND {open x};

-- Whether a WBK was held before looks at other cycles' awards, so it is found
-- again among those that may be seen.
CREATE RULE criterion AS
SELECT x.* REPLACE (
  CASE WHEN x.code <> 'prior_wbk' THEN x.value WHEN p.held IS NOT NULL THEN CAST(p.held AS DECIMAL(18, 12)) END AS value,
  CASE WHEN x.code <> 'prior_wbk' THEN x.margin ELSE round(CAST(p.held AS DECIMAL(18, 12)) - x.minimum, 9) END AS margin,
  CASE WHEN x.code <> 'prior_wbk' THEN x.passed ELSE p.held >= x.minimum END AS passed)
FROM main.criterion x
LEFT JOIN (
  SELECT c.unit_id, c.cycle, max(CASE WHEN a.predicate = 'WBK' AND year(a.awarded_on) < c.cycle AND (a.revoked_on IS NULL OR year(a.revoked_on) > c.cycle) THEN 1 ELSE 0 END) AS held
  FROM (SELECT DISTINCT k.unit_id, k.cycle FROM main.criterion k WHERE {own k} AND k.code = 'prior_wbk') c
  LEFT JOIN award a ON a.unit_id = c.unit_id
  WHERE EXISTS (SELECT 1 FROM award)
  GROUP BY c.unit_id, c.cycle
) p ON p.unit_id = x.unit_id AND p.cycle = x.cycle
WHERE {own x} AND {open x};

CREATE RULE survey AS SELECT x.* FROM main.survey x WHERE {own x};
CREATE RULE unit_gate AS SELECT x.* FROM main.unit_gate x WHERE {own x};
CREATE RULE agency_gate AS SELECT x.* FROM main.agency_gate x WHERE {ours x};
CREATE RULE quota AS SELECT x.* FROM main.quota x WHERE {agency} AND {ours x};

-- What an inspectorate gives above TPN tells of TPN's scores.
CREATE RULE layer_gap AS
SELECT x.* FROM main.layer_gap x WHERE {agency} AND {ours x} AND (x.pair <> 'tpi-tpn' OR {released x.cycle});

-- A place in the nation, once TPN's scores are released; before, and in the
-- other layers, only an agency ranks its units. Groups too small are left out
-- where the answer is made.
CREATE RULE standing AS
SELECT x.unit_id, x.cycle, x.layer, x.total,
  CASE WHEN x.layer = 'tpn' THEN x.rank_nation END AS rank_nation, CASE WHEN x.layer = 'tpn' THEN x.of_nation END AS of_nation,
  CASE WHEN x.layer = 'tpn' THEN x.rank_kind END AS rank_kind, CASE WHEN x.layer = 'tpn' THEN x.of_kind END AS of_kind,
  CASE WHEN x.layer = 'tpn' THEN x.rank_type END AS rank_type, CASE WHEN x.layer = 'tpn' THEN x.of_type END AS of_type,
  CASE WHEN x.layer = 'tpn' THEN x.rank_province END AS rank_province, CASE WHEN x.layer = 'tpn' THEN x.of_province END AS of_province,
  CASE WHEN x.layer = 'tpn' OR {agency} THEN x.rank_agency END AS rank_agency, CASE WHEN x.layer = 'tpn' OR {agency} THEN x.of_agency END AS of_agency
FROM main.standing x
WHERE {own x} AND {open x};

-- Where things came from, and what was found in them. What compares units or
-- cycles with each other is the ministry's: it would tell of the others.
CREATE RULE source AS SELECT x.* FROM main.source x WHERE {ours x};

CREATE RULE submission AS
SELECT x.* FROM main.submission x WHERE x.submission IN (SELECT submission FROM source);

CREATE RULE problem AS
SELECT x.* FROM main.problem x
WHERE x.source IN (SELECT source FROM source)
  AND ({agency} OR split_part(x.subject, '|', 1) = $scope_own)
  AND (x.dataset NOT IN ('nominations', 'awards') AND NOT (x.dataset IN ('answers', 'scores') AND split_part(x.subject, '|', 3) = 'tpn')
    OR coalesce({released TRY_CAST(split_part(x.subject, '|', 2) AS INTEGER)}, false));

CREATE RULE problem_about AS
SELECT x.* FROM main.problem_about x
WHERE {ours x} AND ({agency} OR x.unit_id = $scope_own)
  AND (x.dataset NOT IN ('nominations', 'awards') AND x.layer <> 'tpn' OR coalesce({released x.cycle}, false));

CREATE RULE suspicion AS
SELECT x.* FROM main.suspicion x
WHERE {own x} AND (x.layer IN ('self', 'tpi') OR {released x.cycle}) AND x.code NOT IN ('same-worksheet', 'wbbm-without-wbk');

-- Then what may be COUNTED over the nation: TPN after release, and of every
-- layer what is the reader's own. hidden marks the rows that the reader may
-- not see by name; groups with few of them are withheld where they are shown.
CREATE RULE nation_unit AS
SELECT u.unit_id, u.agency_id, g.kind, u.unit_type, u.province_code, u.opened, u.closed
FROM main.unit u JOIN main.agency g ON g.agency_id = u.agency_id;

CREATE RULE nation_award AS
SELECT a.unit_id, a.predicate, a.issuer, a.awarded_on, CASE WHEN {released year(a.revoked_on)} THEN a.revoked_on END AS revoked_on,
  u.agency_id, g.kind, u.unit_type, u.province_code
FROM main.award a JOIN main.unit u ON u.unit_id = a.unit_id JOIN main.agency g ON g.agency_id = u.agency_id
WHERE {released year(a.awarded_on)};

CREATE RULE nation_nominee AS
SELECT n.unit_id, n.cycle, n.target, n.issuer, n.agency_id, n.kind, n.unit_type, n.province_code, n.last_ord, n.result, NOT {own n} AS hidden
FROM main.nominee n
WHERE {released n.cycle};

CREATE RULE nation_score AS
SELECT s.unit_id, s.cycle, s.layer, s.regulation, s.agency_id, s.kind, s.unit_type, s.province_code,
  s.total, s.pengungkit, s.hasil, s.mp, s.tt, s.sdm, s.ak, s.pw, s.pp, s.ipak, s.ipkp,
  CASE WHEN {own s} THEN s.ipak_se END AS ipak_se, CASE WHEN {own s} THEN s.ipkp_se END AS ipkp_se, NOT {own s} AS hidden
FROM main.score s
WHERE {open s} AND (s.layer = 'tpn' OR {own s});

CREATE RULE nation_area_share AS
SELECT s.unit_id, s.cycle, s.layer, s.regulation, s.agency_id, s.kind, s.unit_type, s.province_code, s.area, s.share
FROM main.area_share s
WHERE {open s} AND (s.layer = 'tpn' OR {own s});

CREATE RULE nation_criterion AS
SELECT c.unit_id, c.cycle, c.layer, c.target, c.code, CASE WHEN c.code <> 'prior_wbk' OR {all} THEN c.passed END AS passed
FROM main.criterion c
WHERE {open c} AND (c.layer = 'tpn' OR {own c});

-- How many units of a type stand where on an item, as the national team saw
-- them. The reader's own worksheets are taken off before a group counts as large
-- enough; where they are few nobody's is told. Small groups are in no sum.
CREATE RULE nation_item_level AS
SELECT l.cycle, l.layer, l.regulation, l.unit_type, l.item_id, l.level, l.n
FROM main.item_level l
JOIN (
  SELECT cycle, layer, regulation, unit_type, item_id, CAST(sum(n) AS BIGINT) AS units
  FROM main.item_level
  GROUP BY cycle, layer, regulation, unit_type, item_id
) g ON g.cycle = l.cycle AND g.layer = l.layer AND g.regulation = l.regulation AND g.unit_type = l.unit_type AND g.item_id = l.item_id
LEFT JOIN (
  SELECT cycle, layer, unit_type, count(*) AS own FROM main.score s WHERE {own s} GROUP BY cycle, layer, unit_type
) o ON o.cycle = l.cycle AND o.layer = l.layer AND o.unit_type = l.unit_type
WHERE {all} OR l.layer = 'tpn' AND {released l.cycle} AND g.units >= 5 AND g.units - coalesce(o.own, 0) >= 4;

-- A forecast is no outcome, but it is made of an inspectorate's scores: it is
-- the unit's, its agency's and the ministry's, before a release and after.
CREATE RULE forecast AS SELECT x.* FROM main.forecast x WHERE {own x};

-- What a forecast is made of is read by the program, for the whole nation.
CREATE RULE survey_sent AS SELECT x.* FROM main.survey_sent x WHERE {own x} AND {all};
CREATE RULE answer_sent AS SELECT x.* FROM main.answer_sent x WHERE {own x} AND {all};
CREATE RULE node_sent AS SELECT x.* FROM main.node_sent x WHERE {own x} AND {all};
CREATE RULE made_of AS SELECT x.* FROM main.made_of x WHERE {all};

-- How many came to a holder, without who: a host that is asked too often.
CREATE RULE nation_visit AS
SELECT v.host_id, CAST(year(v.date) AS INTEGER) AS cycle
FROM main.visit v
WHERE {member} AND v.host_id IN (SELECT a.unit_id FROM main.award a WHERE {released year(a.awarded_on)});
