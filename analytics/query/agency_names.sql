-- Every agency, to choose from.
SELECT agency_id AS id, name FROM agency ORDER BY name, agency_id
