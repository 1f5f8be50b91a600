-- Units that are open in the cycle, and the agencies they belong to.
SELECT count(*) AS units, count(DISTINCT u.agency_id) AS agencies
FROM nation_unit u
WHERE (u.opened IS NULL OR u.opened <= $cycle) AND (u.closed IS NULL OR u.closed >= $cycle)
  AND {filter u}
