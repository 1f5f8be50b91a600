-- How far the self-assessment lies above TPI, and TPI above TPN, on the same
-- units: by agency, cycle and indicator, in percent of the weight. Worksheets
-- that are all but perfect are counted, and left out of the gaps.
WITH attained AS (
  {attained score area_share}
), seen AS (
  SELECT * FROM attained WHERE cycle BETWEEN $first AND $last
)
SELECT h.agency_id, h.cycle, h.indicator, CASE h.layer WHEN 'self' THEN 'self-tpi' ELSE 'tpi-tpn' END AS pair,
  CAST(count(CASE WHEN NOT h.perfect THEN 1 END) AS DOUBLE) AS n,
  CAST(coalesce(sum(CASE WHEN NOT h.perfect THEN h.value - l.value END), 0) AS DOUBLE) AS sum,
  CAST(coalesce(sum(CASE WHEN NOT h.perfect THEN (h.value - l.value) * (h.value - l.value) END), 0) AS DOUBLE) AS squares,
  count(CASE WHEN h.perfect THEN 1 END) AS perfect
FROM seen h
JOIN seen l ON l.unit_id = h.unit_id AND l.cycle = h.cycle AND l.indicator = h.indicator AND l.regulation = h.regulation
WHERE (h.layer = 'self' AND l.layer = 'tpi') OR (h.layer = 'tpi' AND l.layer = 'tpn')
GROUP BY h.agency_id, h.cycle, h.indicator, h.layer
ORDER BY h.agency_id, h.cycle, h.indicator, h.layer
