SELECT g.agency_id, g.name, g.kind, g.province_code, p.name AS province
FROM agency g
LEFT JOIN place p ON p.code = g.province_code
WHERE g.agency_id = $agency
