-- layer_gap: how far the self-assessment lies above TPI, and TPI above TPN, on the
-- same units of an agency: by indicator, in percent of the weight. Worksheets
-- that are all but perfect (99.5 in every area) say nothing of how they were
-- read: they are counted, and left out of the gaps.
CREATE VIEW gap_pair AS
SELECT h.unit_id, h.cycle, h.agency_id, h.layer, l.layer AS stricter, h.regulation,
  coalesce(least(h.mp, h.tt, h.sdm, h.ak, h.pw, h.pp) >= 99.5, false) AS perfect,
  h.total, l.total AS total_l, h.pengungkit, l.pengungkit AS pengungkit_l, h.hasil, l.hasil AS hasil_l,
  h.mp, l.mp AS mp_l, h.tt, l.tt AS tt_l, h.sdm, l.sdm AS sdm_l, h.ak, l.ak AS ak_l, h.pw, l.pw AS pw_l, h.pp, l.pp AS pp_l
FROM score h
JOIN score l ON l.unit_id = h.unit_id AND l.cycle = h.cycle AND l.regulation = h.regulation
WHERE (h.layer = 'self' AND l.layer = 'tpi') OR (h.layer = 'tpi' AND l.layer = 'tpn');

CREATE VIEW gap_seen AS
SELECT p.agency_id, p.cycle, p.layer, p.perfect,
  unnest(['total', 'A', 'B', 'MP', 'TT', 'SDM', 'AK', 'PW', 'PP']) AS indicator,
  unnest([CAST(p.total AS DECIMAL(9, 4)), CAST(p.pengungkit * 100 / a.weight AS DECIMAL(9, 4)), CAST(p.hasil * 100 / b.weight AS DECIMAL(9, 4)),
    CAST(p.mp AS DECIMAL(9, 4)), CAST(p.tt AS DECIMAL(9, 4)), CAST(p.sdm AS DECIMAL(9, 4)), CAST(p.ak AS DECIMAL(9, 4)),
    CAST(p.pw AS DECIMAL(9, 4)), CAST(p.pp AS DECIMAL(9, 4))]) AS value,
  unnest([CAST(p.total_l AS DECIMAL(9, 4)), CAST(p.pengungkit_l * 100 / a.weight AS DECIMAL(9, 4)), CAST(p.hasil_l * 100 / b.weight AS DECIMAL(9, 4)),
    CAST(p.mp_l AS DECIMAL(9, 4)), CAST(p.tt_l AS DECIMAL(9, 4)), CAST(p.sdm_l AS DECIMAL(9, 4)), CAST(p.ak_l AS DECIMAL(9, 4)),
    CAST(p.pw_l AS DECIMAL(9, 4)), CAST(p.pp_l AS DECIMAL(9, 4))]) AS stricter
FROM gap_pair p
JOIN rule_node a ON a.regulation = p.regulation AND a.code = 'A'
JOIN rule_node b ON b.regulation = p.regulation AND b.code = 'B'
UNION ALL
SELECT p.agency_id, p.cycle, p.layer, p.perfect, h.area, CAST(h.share AS DECIMAL(9, 4)), CAST(l.share AS DECIMAL(9, 4))
FROM gap_pair p
JOIN area_share h ON h.unit_id = p.unit_id AND h.cycle = p.cycle AND h.layer = p.layer
JOIN area_share l ON l.unit_id = p.unit_id AND l.cycle = p.cycle AND l.layer = p.stricter AND l.area = h.area
WHERE h.area IN ('B.I', 'B.II');

CREATE VIEW layer_gap AS
SELECT agency_id, cycle, indicator, CASE layer WHEN 'self' THEN 'self-tpi' ELSE 'tpi-tpn' END AS pair,
  CAST(count(CASE WHEN NOT perfect THEN 1 END) AS DOUBLE) AS n,
  CAST(coalesce(sum(CASE WHEN NOT perfect THEN value - stricter END), 0) AS DOUBLE) AS sum,
  CAST(coalesce(sum(CASE WHEN NOT perfect THEN (value - stricter) * (value - stricter) END), 0) AS DOUBLE) AS squares,
  count(CASE WHEN perfect THEN 1 END) AS perfect
FROM gap_seen
WHERE value IS NOT NULL AND stricter IS NOT NULL
GROUP BY agency_id, cycle, indicator, layer;
