-- survey_sent: every survey of a nominated unit as it was ever sent, on 0-4,
-- superseded ones included: a forecast must find what was known before its day.
-- Cycle-local.
CREATE VIEW survey_sent AS
SELECT r.unit_id, r.cycle, r.index, lower(coalesce(r.surveyor, '')) AS surveyor, r.period_start, r.period_end, r.known_on, r.respondents, r.source, r.line,
  CASE WHEN r.scale_max IS NOT NULL THEN CAST(CAST(r.value AS DOUBLE) * 4 / CAST(r.scale_max AS DOUBLE) AS DECIMAL(18, 12))
       WHEN r.value <= 4 THEN CAST(r.value AS DECIMAL(18, 12)) END AS value
FROM raw_surveys r
WHERE r.index IN ('IPAK', 'IPKP') AND r.unit_id IN (SELECT unit_id FROM nominee);
