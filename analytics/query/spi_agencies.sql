SELECT agency_id, name, kind FROM agency ORDER BY agency_id
