-- Units nominated, each once however often it was nominated.
SELECT count(DISTINCT unit_id) AS n FROM nominee
WHERE cycle = $cycle
  AND ($kind = '' OR kind = $kind) AND ($agency = '' OR agency_id = $agency)
  AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  AND ($target = '' OR target = $target) AND ($issuer = '' OR issuer = $issuer)
