-- Outcomes by agency and cycle.
SELECT agency_id, cycle, count(CASE WHEN result = 'lulus' THEN 1 END) AS hits, count(CASE WHEN result <> 'berjalan' THEN 1 END) AS decided
FROM nation_nominee x
WHERE {filter x} AND {nomination x}
GROUP BY agency_id, cycle
ORDER BY agency_id, cycle
