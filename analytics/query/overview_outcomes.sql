-- Nominees by target, issuer and result.
SELECT target, issuer, result, count(*) AS n
FROM nominee
WHERE cycle = $cycle
  AND ($kind = '' OR kind = $kind) AND ($agency = '' OR agency_id = $agency)
  AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  AND ($target = '' OR target = $target) AND ($issuer = '' OR issuer = $issuer)
GROUP BY target, issuer, result
ORDER BY CASE target WHEN 'WBK' THEN 1 ELSE 2 END, CASE issuer WHEN 'nasional' THEN 1 ELSE 2 END, result
