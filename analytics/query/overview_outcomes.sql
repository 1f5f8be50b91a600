-- Nominees by target, issuer and result.
SELECT target, issuer, result, count(*) AS n
FROM nation_nominee x
WHERE cycle = $cycle
  AND {filter x}
  AND {nomination x}
GROUP BY target, issuer, result
ORDER BY CASE target WHEN 'WBK' THEN 1 ELSE 2 END, CASE issuer WHEN 'nasional' THEN 1 ELSE 2 END, result
