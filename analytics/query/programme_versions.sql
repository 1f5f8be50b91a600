-- Every version of worksheets of nominees that were sent more than once, the
-- newest submission last; an answer, or the score of a node.
SELECT unit_id, cycle, layer, regulation, submission, item_id, '' AS code, choice, value, num, den, NULL AS score, known_on, source, line
FROM answer_sent
UNION ALL
SELECT unit_id, cycle, layer, regulation, submission, '', code, NULL, NULL, NULL, NULL, score, known_on, source, line
FROM node_sent
ORDER BY unit_id, cycle, layer, submission, source, line
