-- How the units of each agency attained each area, in percent of its weight:
-- the mean with its number. Sums are of decimals and divided once. The
-- component hasil is put on percent by the weight that its own rules give it.
SELECT x.agency_id, g.name, g.kind, count(*) AS scored,
  count(x.total) AS n_total, CAST(sum(x.total) AS DOUBLE) / nullif(count(x.total), 0) AS total,
  count(x.hasil) AS n_b, CAST(sum(CAST(CAST(x.hasil AS DOUBLE) * 100 / CAST(b.weight AS DOUBLE) AS DECIMAL(18, 12))) AS DOUBLE) / nullif(count(x.hasil), 0) AS b,
  count(x.mp) AS n_mp, CAST(sum(x.mp) AS DOUBLE) / nullif(count(x.mp), 0) AS mp,
  count(x.tt) AS n_tt, CAST(sum(x.tt) AS DOUBLE) / nullif(count(x.tt), 0) AS tt,
  count(x.sdm) AS n_sdm, CAST(sum(x.sdm) AS DOUBLE) / nullif(count(x.sdm), 0) AS sdm,
  count(x.ak) AS n_ak, CAST(sum(x.ak) AS DOUBLE) / nullif(count(x.ak), 0) AS ak,
  count(x.pw) AS n_pw, CAST(sum(x.pw) AS DOUBLE) / nullif(count(x.pw), 0) AS pw,
  count(x.pp) AS n_pp, CAST(sum(x.pp) AS DOUBLE) / nullif(count(x.pp), 0) AS pp
FROM nation_score x
JOIN agency g ON g.agency_id = x.agency_id
LEFT JOIN rule_node b ON b.regulation = x.regulation AND b.code = 'B'
WHERE x.cycle = $cycle AND x.layer = $layer AND {filter x} AND {nominated x}
GROUP BY x.agency_id, g.name, g.kind
ORDER BY g.name, x.agency_id
