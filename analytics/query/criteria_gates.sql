-- The gates of every nominee that is the reader's own: what is known of the unit
-- and its agency in the cycle.
SELECT DISTINCT n.unit_id, n.target, n.kind, n.unit_type, a.bpk_opinion, a.sakip, a.rb_index, a.spip_level,
  u.core_service, u.significant_impact, u.tlhp_pct, u.lhkpn_pct, u.lhkasn_pct, u.zi_started, u.sakip_internal
FROM (
  SELECT DISTINCT x.unit_id, x.target, x.agency_id, x.kind, x.unit_type
  FROM nominee x
  WHERE x.cycle = $cycle AND {filter x} AND {nomination x}
) n
JOIN nation_nominee o ON o.unit_id = n.unit_id AND o.cycle = $cycle AND o.target = n.target AND NOT o.hidden
LEFT JOIN agency_gate a ON a.agency_id = n.agency_id AND a.cycle = $cycle
LEFT JOIN unit_gate u ON u.unit_id = n.unit_id AND u.cycle = $cycle
ORDER BY n.unit_id, n.target
