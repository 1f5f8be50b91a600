-- Every forecast on record.
SELECT * FROM forecast ORDER BY cycle, unit_id, target
