-- Which layers scored anything in which cycle, by which regulation, and
-- whether the cycle is decided.
SELECT c.cycle, s.layer, s.regulation, coalesce(s.n, 0) AS n, coalesce(s.hidden, 0) AS hidden, coalesce(d.decided, 0) AS decided
FROM (SELECT DISTINCT cycle FROM nation_score UNION SELECT DISTINCT cycle FROM nation_nominee) c
LEFT JOIN (SELECT cycle, layer, regulation, count(*) AS n, count(CASE WHEN hidden THEN 1 END) AS hidden FROM nation_score GROUP BY cycle, layer, regulation) s ON s.cycle = c.cycle
LEFT JOIN (SELECT cycle, count(*) AS decided FROM nation_nominee WHERE result <> 'berjalan' GROUP BY cycle) d ON d.cycle = c.cycle
ORDER BY c.cycle, s.layer, s.regulation
