-- Units of one cycle and layer by one value. Equal values share a rank; a unit
-- without the value stands last, without a rank. The rank is within the
-- filter, target and issuer included; a search only picks from it. A unit
-- nominated more than once shows its best nomination.
WITH nominated AS (
  SELECT unit_id, target, result FROM nominee
  WHERE cycle = $cycle AND ($target = '' OR target = $target) AND ($issuer = '' OR issuer = $issuer)
  QUALIFY row_number() OVER (PARTITION BY unit_id ORDER BY
    CASE result WHEN 'lulus' THEN 1 WHEN 'berjalan' THEN 2 ELSE 3 END, CASE target WHEN 'WBBM' THEN 1 ELSE 2 END, issuer DESC) = 1
), valued AS (
  SELECT s.*, n.target, n.result,
    CASE $by WHEN 'total' THEN total WHEN 'A' THEN pengungkit WHEN 'B' THEN hasil
      WHEN 'MP' THEN mp WHEN 'TT' THEN tt WHEN 'SDM' THEN sdm WHEN 'AK' THEN ak WHEN 'PW' THEN pw WHEN 'PP' THEN pp
      WHEN 'IPAK' THEN ipak WHEN 'IPKP' THEN ipkp END AS value
  FROM score s
  LEFT JOIN nominated n ON n.unit_id = s.unit_id
  WHERE s.cycle = $cycle AND s.layer = $layer
    AND ($kind = '' OR s.kind = $kind) AND ($agency = '' OR s.agency_id = $agency)
    AND ($unit_type = '' OR s.unit_type = $unit_type) AND ($province = '' OR s.province_code = $province)
    AND (($target = '' AND $issuer = '') OR n.unit_id IS NOT NULL)
), ranked AS (
  SELECT *,
    CASE WHEN value IS NOT NULL THEN rank() OVER (ORDER BY value DESC NULLS LAST) END AS rank,
    count(value) OVER () AS of
  FROM valued
)
SELECT coalesce(r.rank, 0) AS rank, r.of, r.unit_id, u.name, r.agency_id, g.name AS agency, r.kind, r.unit_type, p.name AS province,
  r.value, r.total, r.pengungkit, r.hasil, r.mp, r.tt, r.sdm, r.ak, r.pw, r.pp, r.ipak, r.ipkp,
  coalesce(r.unanswered, 0) AS unanswered, r.target, r.result, count(*) OVER () AS found
FROM ranked r
JOIN unit u ON u.unit_id = r.unit_id
JOIN agency g ON g.agency_id = r.agency_id
LEFT JOIN place p ON p.code = r.province_code
WHERE $q = '' OR contains(lower(u.name), lower($q)) OR contains(lower(u.unit_id), lower($q)) OR contains(lower(g.name), lower($q))
ORDER BY CASE WHEN $order = 'asc' THEN r.value END ASC NULLS LAST, CASE WHEN $order <> 'asc' THEN r.value END DESC NULLS LAST, r.unit_id
LIMIT $size OFFSET $skip
