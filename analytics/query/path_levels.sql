-- How many units stand where on each item, in the newest cycle of the
-- regulation that is known, the national team's view before the inspectorate's:
-- those of the unit's own type, and all of them.
WITH known AS (
  SELECT * FROM nation_item_level WHERE regulation = $regulation AND cycle <= $cycle
),
newest AS (
  SELECT cycle, layer FROM known GROUP BY cycle, layer ORDER BY layer = 'tpn' DESC, cycle DESC LIMIT 1
)
SELECT k.unit_type = $unit_type AS same, k.cycle, k.layer, k.item_id, k.level, CAST(sum(k.n) AS BIGINT) AS n
FROM known k
JOIN newest w ON w.cycle = k.cycle AND w.layer = k.layer
GROUP BY ALL
ORDER BY k.item_id, k.level
