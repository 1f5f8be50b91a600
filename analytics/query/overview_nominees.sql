-- Units nominated, each once however often it was nominated.
SELECT count(DISTINCT unit_id) AS n FROM nation_nominee x
WHERE cycle = $cycle
  AND {filter x}
  AND {nomination x}
