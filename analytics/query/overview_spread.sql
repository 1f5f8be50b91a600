-- How totals are spread over the scored units.
SELECT count(total) AS n,
  quantile_cont(CAST(total AS DOUBLE), 0.10) AS p10, quantile_cont(CAST(total AS DOUBLE), 0.25) AS q1,
  quantile_cont(CAST(total AS DOUBLE), 0.50) AS median,
  quantile_cont(CAST(total AS DOUBLE), 0.75) AS q3, quantile_cont(CAST(total AS DOUBLE), 0.90) AS p90
FROM score
WHERE cycle = $cycle AND layer = $layer
  AND ($kind = '' OR kind = $kind) AND ($agency = '' OR agency_id = $agency)
  AND ($unit_type = '' OR unit_type = $unit_type) AND ($province = '' OR province_code = $province)
  AND (($target = '' AND $issuer = '') OR unit_id IN (
    SELECT unit_id FROM nominee WHERE cycle = $cycle AND ($target = '' OR target = $target) AND ($issuer = '' OR issuer = $issuer)))
