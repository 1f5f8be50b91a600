-- How far the self-assessment lies above TPI, and TPI above TPN, on the same
-- units: by agency, cycle and indicator, in percent of the weight.
SELECT agency_id, cycle, indicator, pair, n, sum, squares, perfect
FROM layer_gap
WHERE cycle BETWEEN $first AND $last
ORDER BY agency_id, cycle, indicator, pair
