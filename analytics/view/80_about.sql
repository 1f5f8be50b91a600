-- problem_about: what ingest reported, with who sent it and what it is about.
-- The subject begins with the unit (or agency), then the cycle where the
-- record has one, and for worksheets the layer.
CREATE VIEW problem_about AS
SELECT p.code, p.severity, p.dataset,
  coalesce(s.agency_id, '') AS agency_id, coalesce(s.publisher, '') AS publisher,
  split_part(p.subject, '|', 1) AS unit_id,
  TRY_CAST(split_part(p.subject, '|', 2) AS INTEGER) AS cycle,
  CASE WHEN p.dataset IN ('answers', 'scores') THEN split_part(p.subject, '|', 3) ELSE '' END AS layer
FROM problem p
LEFT JOIN source s ON s.source = p.source;
