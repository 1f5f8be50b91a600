SELECT cycle, index, value, sd, scale_min, scale_max, respondents, population, surveyor
FROM survey
WHERE unit_id = $unit
ORDER BY cycle DESC, index, surveyor
