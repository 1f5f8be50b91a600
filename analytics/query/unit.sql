SELECT u.unit_id, u.name, u.agency_id, g.name AS agency, g.kind, u.unit_type, u.echelon,
  u.province_code, p.name AS province, u.regency_code, r.name AS regency,
  u.staff, u.service_users, u.budget_idr, u.opened, u.closed, u.merged_into, m.name AS merged_name
FROM unit u
JOIN agency g ON g.agency_id = u.agency_id
LEFT JOIN place p ON p.code = u.province_code
LEFT JOIN place r ON r.code = u.regency_code
LEFT JOIN unit m ON m.unit_id = u.merged_into
WHERE u.unit_id = $unit
