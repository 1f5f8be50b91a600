-- A histogram of what the ranking sorts by.
WITH valued AS (
  SELECT CAST(CASE $by WHEN 'total' THEN total WHEN 'A' THEN pengungkit WHEN 'B' THEN hasil
    WHEN 'MP' THEN mp WHEN 'TT' THEN tt WHEN 'SDM' THEN sdm WHEN 'AK' THEN ak WHEN 'PW' THEN pw WHEN 'PP' THEN pp
    WHEN 'IPAK' THEN ipak WHEN 'IPKP' THEN ipkp END AS DOUBLE) AS value
  FROM score
  WHERE cycle = $cycle AND layer = $layer
  AND ($kind = '' OR kind = $kind) AND ($agency = '' OR agency_id = $agency)
  AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  AND (($target = '' AND $issuer = '') OR unit_id IN (
    SELECT unit_id FROM nominee WHERE cycle = $cycle AND ($target = '' OR target = $target) AND ($issuer = '' OR issuer = $issuer)))
)
SELECT CAST(least(floor(value / $width), $bins - 1) AS BIGINT) AS bin, count(*) AS n
FROM valued
WHERE value IS NOT NULL
GROUP BY bin
ORDER BY bin
