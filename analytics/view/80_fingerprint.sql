-- fingerprint: one row a worksheet whose items were kept, with what the checks
-- over whole worksheets ask for. Cycle-local. This file is DuckDB's own
-- dialect (hash, bit_xor, a struct in arg_min).
--
-- Two worksheets have the same marks when every scored item has the same
-- choice, value, numerator and denominator. hash of several columns combines
-- them by exclusive or, so it is hashed once more before the items are: else
-- swapped answers would cancel out.
--
-- varied is how many answered items do not have the worksheet's most frequent
-- score: what there is to recognise it by.
CREATE VIEW fingerprint AS
SELECT
  unit_id, cycle, layer, regulation, answered, options, best,
  answered - greatest(ones, zeros, halves, thirds, two_thirds, quarters, three_quarters) AS varied,
  mark, second_mark, place.source AS source, place.sheet AS sheet, place.line AS line
FROM (
  SELECT
    unit_id, cycle, layer, regulation,
    count(CASE WHEN state = 'answered' THEN 1 END) AS answered,
    count(CASE WHEN formula = 'option' THEN 1 END) AS options,
    count(CASE WHEN formula = 'option' AND score = 1 THEN 1 END) AS best,
    count(CASE WHEN score = 1 THEN 1 END) AS ones,
    count(CASE WHEN state = 'answered' AND score = 0 THEN 1 END) AS zeros,
    count(CASE WHEN score = 0.5 THEN 1 END) AS halves,
    count(CASE WHEN score = 0.33 THEN 1 END) AS thirds,
    count(CASE WHEN score = 0.67 THEN 1 END) AS two_thirds,
    count(CASE WHEN score = 0.25 THEN 1 END) AS quarters,
    count(CASE WHEN score = 0.75 THEN 1 END) AS three_quarters,
    bit_xor(hash(hash(item_id, choice, value, num, den))) AS mark,
    bit_xor(hash(hash(den, num, value, choice, item_id, 1))) AS second_mark,
    arg_min({'source': source, 'sheet': sheet, 'line': line}, ord) FILTER (WHERE source IS NOT NULL) AS place
  FROM item
  GROUP BY unit_id, cycle, layer, regulation
);
