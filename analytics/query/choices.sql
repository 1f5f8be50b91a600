-- What each filter can be set to, in the order to show.
SELECT what, value FROM (
  SELECT 'cycle' AS what, CAST(cycle AS VARCHAR) AS value, -cycle AS ord FROM (SELECT DISTINCT cycle FROM nation_score UNION SELECT DISTINCT cycle FROM nation_nominee)
  UNION ALL SELECT 'layer', layer, CASE layer WHEN 'self' THEN 1 WHEN 'tpi' THEN 2 ELSE 3 END FROM (SELECT DISTINCT layer FROM nation_score)
  UNION ALL SELECT 'kind', kind, CASE kind WHEN 'kementerian' THEN 1 WHEN 'lembaga' THEN 2 WHEN 'provinsi' THEN 3 WHEN 'kabupaten' THEN 4 ELSE 5 END FROM (SELECT DISTINCT kind FROM agency)
  UNION ALL SELECT 'unit_type', unit_type, 0 FROM (SELECT DISTINCT unit_type FROM nation_unit)
  UNION ALL SELECT 'province', province_code, 0 FROM (SELECT DISTINCT province_code FROM nation_unit WHERE province_code IS NOT NULL)
  UNION ALL SELECT 'target', target, CASE target WHEN 'WBK' THEN 1 ELSE 2 END FROM (SELECT DISTINCT target FROM nation_nominee)
  UNION ALL SELECT 'issuer', issuer, CASE issuer WHEN 'nasional' THEN 1 ELSE 2 END FROM (SELECT DISTINCT issuer FROM nation_nominee)
)
ORDER BY what, ord, value
