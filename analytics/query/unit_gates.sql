-- What is known of the gates of the unit and its agency in the cycle.
SELECT a.bpk_opinion, a.sakip, a.rb_index, a.spip_level,
  u.core_service, u.significant_impact, u.tlhp_pct, u.lhkpn_pct, u.lhkasn_pct, u.zi_started, u.sakip_internal
FROM (SELECT 1) one
LEFT JOIN agency_gate a ON a.agency_id = $agency AND a.cycle = $cycle
LEFT JOIN unit_gate u ON u.unit_id = $unit AND u.cycle = $cycle
