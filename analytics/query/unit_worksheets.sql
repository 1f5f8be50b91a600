-- Every worksheet of the unit, newest first, with what lists ask of it.
SELECT s.cycle, s.layer, s.regulation, s.basis, s.total, s.pengungkit, s.hasil, s.mp, s.tt, s.sdm, s.ak, s.pw, s.pp,
  coalesce(s.answered, 0) AS answered, coalesce(s.unanswered, 0) AS unanswered, coalesce(s.not_applicable, 0) AS not_applicable
FROM score s
WHERE s.unit_id = $unit
ORDER BY s.cycle DESC, CASE s.layer WHEN 'self' THEN 1 WHEN 'tpi' THEN 2 ELSE 3 END
