SELECT predicate, issuer, awarded_on, decree, revoked_on, revoke_reason
FROM award
WHERE unit_id = $unit
ORDER BY awarded_on DESC
