-- The agencies that the filter leaves.
SELECT agency_id, name, kind FROM agency
WHERE ($kind = '' OR kind = $kind) AND ($agency = '' OR agency_id = $agency) AND ($province = '' OR province_code = $province)
ORDER BY agency_id
