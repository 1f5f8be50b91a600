-- The answers as they were sent, for the pure scorer.
SELECT item_id, choice, value, num, den FROM answer
WHERE unit_id = $unit AND cycle = $cycle AND layer = $layer
