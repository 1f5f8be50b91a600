SELECT rank_nation, of_nation, rank_kind, of_kind, rank_type, of_type, rank_province, of_province, rank_agency, of_agency
FROM standing
WHERE unit_id = $unit AND cycle = $cycle AND layer = $layer
