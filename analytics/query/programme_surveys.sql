-- Every survey of nominees as it was ever sent, the newest submission last.
SELECT unit_id, cycle, index, surveyor || '|' || coalesce(CAST(period_start AS VARCHAR), '') AS survey, value, respondents, coalesce(known_on, period_end) AS known_on
FROM survey_sent
WHERE value IS NOT NULL
ORDER BY cycle, unit_id, index, source, line
