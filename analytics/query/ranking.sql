-- Units of one cycle and layer by one value. Equal values share a rank; a unit
-- without the value stands last, without a rank. The rank is within the
-- filter, target and issuer included; a search only picks from it. Listed are
-- the units whose value the reader may see by name, ranked among all that are
-- counted. Points of a form that most units are not on are not ranked with
-- theirs. A unit nominated more than once shows its best nomination.
WITH nominated AS (
  SELECT unit_id, target, result FROM nominee x
  WHERE cycle = $cycle AND {nomination x}
  QUALIFY row_number() OVER (PARTITION BY unit_id ORDER BY
    CASE result WHEN 'lulus' THEN 1 WHEN 'berjalan' THEN 2 ELSE 3 END, CASE target WHEN 'WBBM' THEN 1 ELSE 2 END, issuer DESC) = 1
), valued AS (
  SELECT s.unit_id, s.hidden, {by s} AS value, {error s} AS error
  FROM nation_score s
  WHERE s.cycle = $cycle AND s.layer = $layer AND {filter s} AND {nominated s}
), ranked AS (
  SELECT *,
    CASE WHEN value IS NOT NULL THEN rank() OVER (ORDER BY value DESC NULLS LAST) END AS rank,
    count(value) OVER () AS of
  FROM valued
)
SELECT coalesce(r.rank, 0) AS rank, r.of, r.unit_id, u.name, s.agency_id, g.name AS agency, s.kind, s.unit_type, p.name AS province,
  s.regulation, r.value, r.error, s.total, s.pengungkit, s.hasil, s.mp, s.tt, s.sdm, s.ak, s.pw, s.pp, s.ipak, s.ipkp,
  CASE WHEN r.hidden THEN NULL ELSE coalesce(s.unanswered, 0) END AS unanswered, n.target, n.result, count(*) OVER () AS found
FROM ranked r
JOIN score s ON s.unit_id = r.unit_id AND s.cycle = $cycle AND s.layer = $layer
JOIN unit u ON u.unit_id = r.unit_id
JOIN agency g ON g.agency_id = s.agency_id
LEFT JOIN place p ON p.code = s.province_code
LEFT JOIN nominated n ON n.unit_id = r.unit_id
WHERE (NOT r.hidden OR {by s} IS NOT NULL)
  AND ($q = '' OR contains(lower(u.name), lower($q)) OR contains(lower(u.unit_id), lower($q)) OR contains(lower(g.name), lower($q)))
ORDER BY CASE WHEN $order = 'asc' THEN r.value END ASC NULLS LAST, CASE WHEN $order <> 'asc' THEN r.value END DESC NULLS LAST, r.unit_id
LIMIT $size OFFSET $skip
