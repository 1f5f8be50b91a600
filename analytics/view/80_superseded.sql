-- superseded: worksheets that were sent more than once, and how many
-- submissions of each were replaced by the newest. Cycle-local.
CREATE VIEW superseded AS
SELECT unit_id, cycle, layer, count(*) - 1 AS replaced
FROM (
  SELECT a.unit_id, a.cycle, a.layer, s.submission
  FROM (
    SELECT DISTINCT unit_id, cycle, layer, source FROM raw_answers
    UNION
    SELECT DISTINCT unit_id, cycle, layer, source FROM raw_scores
  ) a
  JOIN source s ON s.source = a.source
  GROUP BY a.unit_id, a.cycle, a.layer, s.submission
) t
GROUP BY unit_id, cycle, layer
HAVING count(*) > 1;
