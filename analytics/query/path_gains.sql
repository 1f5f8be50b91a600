-- By how much units that TPN scored in two years running by the same rules
-- changed: areas in percent of their weight, surveys on 0-4.
WITH step AS (
  SELECT b.hidden, b.mp - a.mp AS mp, b.tt - a.tt AS tt, b.sdm - a.sdm AS sdm, b.ak - a.ak AS ak, b.pw - a.pw AS pw, b.pp - a.pp AS pp,
    b.ipak - a.ipak AS ipak, b.ipkp - a.ipkp AS ipkp
  FROM nation_score a
  JOIN nation_score b ON b.unit_id = a.unit_id AND b.layer = a.layer AND b.cycle = a.cycle + 1 AND b.regulation = a.regulation
  WHERE a.layer = 'tpn' AND b.cycle <= $cycle
),
change AS (
  SELECT 'MP' AS code, hidden, mp AS gain FROM step
  UNION ALL SELECT 'TT', hidden, tt FROM step
  UNION ALL SELECT 'SDM', hidden, sdm FROM step
  UNION ALL SELECT 'AK', hidden, ak FROM step
  UNION ALL SELECT 'PW', hidden, pw FROM step
  UNION ALL SELECT 'PP', hidden, pp FROM step
  UNION ALL SELECT 'IPAK', hidden, ipak FROM step
  UNION ALL SELECT 'IPKP', hidden, ipkp FROM step
)
SELECT code, count(*) AS n, count(CASE WHEN hidden THEN 1 END) AS hidden, quantile_disc(gain, 0.9) AS usual
FROM change
WHERE gain IS NOT NULL
GROUP BY code
ORDER BY code
