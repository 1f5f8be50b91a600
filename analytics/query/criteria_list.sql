-- Nominees whose worksheet of the layer the reader may see, with how many
-- criteria of their target they miss, and which binds: the least margin as a
-- share of the full mark. A fact has no such mark; one that is not met leaves no
-- room at all.
WITH tested AS (
  SELECT n.unit_id, n.target, n.issuer, n.agency_id, n.kind, n.unit_type, n.province_code, n.result, c.code, c.passed, k.ord,
    CASE WHEN k.full_mark IS NOT NULL THEN round(CAST(c.margin AS DOUBLE) / CAST(k.full_mark AS DOUBLE), 9) WHEN NOT c.passed THEN -1 END AS share
  FROM nominee n
  JOIN criterion c ON c.unit_id = n.unit_id AND c.cycle = n.cycle AND c.target = n.target
  JOIN rule_criterion k ON k.regulation = c.regulation AND k.target = c.target AND k.code = c.code
  WHERE n.cycle = $cycle AND c.cycle = $cycle AND c.layer = $layer AND {filter n} AND {nomination n}
), summed AS (
  SELECT unit_id, target, issuer, max(agency_id) AS agency_id, max(kind) AS kind, max(unit_type) AS unit_type, max(result) AS result,
    count(CASE WHEN NOT passed THEN 1 END) AS missed, count(CASE WHEN passed IS NULL THEN 1 END) AS unknown, count(*) AS tested,
    min(share) AS least, arg_min(code, (share, ord)) AS binding,
    max(CASE WHEN code = $criterion AND NOT passed THEN 1 ELSE 0 END) AS chosen
  FROM tested
  GROUP BY unit_id, target, issuer
)
SELECT s.unit_id, u.name, s.agency_id, g.name AS agency, s.kind, s.unit_type, s.target, s.issuer, s.result, s.missed, s.unknown, s.tested,
  s.least, s.binding, count(*) OVER () AS found
FROM summed s
JOIN unit u ON u.unit_id = s.unit_id
JOIN agency g ON g.agency_id = s.agency_id
WHERE ($criterion = '' OR s.chosen = 1)
  AND ($q = '' OR contains(lower(u.name), lower($q)) OR contains(lower(u.unit_id), lower($q)) OR contains(lower(g.name), lower($q)))
ORDER BY CASE WHEN $order = 'asc' THEN s.least END ASC NULLS LAST, CASE WHEN $order <> 'asc' THEN s.least END DESC NULLS LAST, s.unit_id, s.target, s.issuer
LIMIT $size OFFSET $skip
