SELECT q.target, q.quota,
  (SELECT count(DISTINCT unit_id) FROM nominee n WHERE n.agency_id = $agency AND n.cycle = $cycle AND n.target = q.target) AS nominees
FROM quota q
WHERE q.agency_id = $agency AND q.cycle = $cycle
ORDER BY q.target
