-- How each area of a worksheet was attained, both halves together.
SELECT s.regulation, a.area, a.weight, a.share
FROM area_share a
JOIN score s ON s.unit_id = a.unit_id AND s.cycle = a.cycle AND s.layer = a.layer
WHERE a.unit_id = $unit AND a.cycle = $cycle AND a.layer = $layer
ORDER BY a.area
