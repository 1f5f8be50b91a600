-- Quotas bound what is nominated to the national team; WBK Mandiri is outside them.
SELECT q.target, q.quota,
  (SELECT count(DISTINCT unit_id) FROM nominee n WHERE n.agency_id = $agency AND n.cycle = $cycle AND n.target = q.target AND n.issuer = 'nasional') AS nominees
FROM quota q
WHERE q.agency_id = $agency AND q.cycle = $cycle
ORDER BY q.target
