-- What units are compared by: the register, now or as it stood a year before
-- ($before). No score is read here.
WITH registered AS (
  SELECT unit_id, agency_id, name, unit_type, echelon, province_code, regency_code, staff, service_users, budget_idr, opened, closed, merged_into
  FROM unit WHERE NOT $before
  UNION ALL
  SELECT unit_id, agency_id, name, unit_type, echelon, province_code, regency_code, staff, service_users, budget_idr, opened, closed, merged_into
  FROM unit_before WHERE $before
)
SELECT u.unit_id, u.name, u.agency_id, g.name AS agency, g.kind, u.unit_type, u.echelon,
  u.province_code, p.name AS province, u.regency_code, r.name AS regency,
  u.staff, u.service_users, u.budget_idr, u.opened, u.closed, u.merged_into, NULL AS merged_name
FROM registered u
JOIN agency g ON g.agency_id = u.agency_id
LEFT JOIN place p ON p.code = u.province_code
LEFT JOIN place r ON r.code = u.regency_code
ORDER BY u.unit_id
