-- fact: what criteria ask for and no worksheet holds, by unit and cycle.
CREATE VIEW fact AS
-- Respondents: the smaller of the two surveys, each by its largest survey of
-- the cycle.
SELECT unit_id, cycle, 'survey.n' AS code, CAST(least(min(n), 999999) AS DECIMAL(18, 12)) AS value
FROM (
  SELECT unit_id, cycle, index, max(respondents) AS n
  FROM survey
  WHERE index IN ('IPAK', 'IPKP') AND respondents IS NOT NULL
  GROUP BY unit_id, cycle, index
) s
GROUP BY unit_id, cycle
UNION ALL
-- A WBK in force before the cycle: awarded in an earlier year, not revoked by
-- the cycle's end. Not known at all while no register was taken in.
SELECT c.unit_id, c.cycle, 'prior_wbk', CAST(max(CASE
    WHEN a.predicate = 'WBK' AND year(a.awarded_on) < c.cycle AND (a.revoked_on IS NULL OR year(a.revoked_on) > c.cycle) THEN 1 ELSE 0 END)
  AS DECIMAL(18, 12))
FROM (SELECT DISTINCT unit_id, cycle FROM worksheet) c
LEFT JOIN award a ON a.unit_id = c.unit_id
WHERE EXISTS (SELECT 1 FROM award)
GROUP BY c.unit_id, c.cycle
UNION ALL
SELECT unit_id, cycle, 'kawasan', CAST(min(integration_score) AS DECIMAL(18, 12))
FROM zone
WHERE integration_score IS NOT NULL
GROUP BY unit_id, cycle;
