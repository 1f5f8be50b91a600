-- What is known of the gates of nominees and of their agencies, and since when.
SELECT x.unit_id, x.cycle, a.bpk_opinion, a.sakip, a.rb_index, a.spip_level, a.known_on AS agency_known_on,
  u.core_service, u.significant_impact, u.tlhp_pct, u.lhkpn_pct, u.lhkasn_pct, u.zi_started, u.sakip_internal, u.known_on AS unit_known_on
FROM (SELECT DISTINCT unit_id, cycle, agency_id FROM nominee) x
LEFT JOIN agency_gate a ON a.agency_id = x.agency_id AND a.cycle = x.cycle
LEFT JOIN unit_gate u ON u.unit_id = x.unit_id AND u.cycle = x.cycle
WHERE a.agency_id IS NOT NULL OR u.unit_id IS NOT NULL
ORDER BY x.cycle, x.unit_id
