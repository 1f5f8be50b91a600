-- Predicates in force at the end of the cycle.
SELECT a.predicate, a.issuer, count(DISTINCT a.unit_id) AS count
FROM nation_award a
WHERE year(a.awarded_on) <= $cycle AND (a.revoked_on IS NULL OR year(a.revoked_on) > $cycle)
  AND ($target = '' OR a.predicate = $target) AND ($issuer = '' OR a.issuer = $issuer)
  AND {filter a}
GROUP BY a.predicate, a.issuer
ORDER BY a.predicate, a.issuer DESC
