-- From the lake's rows, where every submission is kept, to what holds now: of
-- two records about the same thing the one from the newer submission counts.
-- Sources are numbered in the order they were taken in. This file is DuckDB's
-- own dialect; the views behind it keep to what Trino reads too.

CREATE TABLE source AS SELECT * FROM raw_sources ORDER BY source;
CREATE TABLE problem AS SELECT * FROM raw_problems ORDER BY source, line;

CREATE TABLE agency AS SELECT * FROM raw_agencies
QUALIFY row_number() OVER (PARTITION BY agency_id ORDER BY source DESC, line DESC) = 1 ORDER BY agency_id;

CREATE TABLE unit AS SELECT * FROM raw_units
QUALIFY row_number() OVER (PARTITION BY unit_id ORDER BY source DESC, line DESC) = 1 ORDER BY unit_id;

CREATE TABLE agency_gate AS SELECT * FROM raw_gates
QUALIFY row_number() OVER (PARTITION BY agency_id, cycle ORDER BY source DESC, line DESC) = 1 ORDER BY agency_id, cycle;

CREATE TABLE unit_gate AS SELECT * FROM raw_unit_gates
QUALIFY row_number() OVER (PARTITION BY unit_id, cycle ORDER BY source DESC, line DESC) = 1 ORDER BY unit_id, cycle;

-- A worksheet is replaced whole: the newest submission that holds any of its
-- items holds all of them. Should one submission hold it under two
-- regulations, the later source decides.
CREATE TEMP TABLE newest_answers AS
SELECT unit_id, cycle, layer, arg_max(submission, source) AS submission, arg_max(regulation, source) AS regulation
FROM (SELECT DISTINCT a.unit_id, a.cycle, a.layer, a.regulation, a.source, s.submission FROM raw_answers a JOIN source s USING (source))
GROUP BY unit_id, cycle, layer;

CREATE TABLE answer AS
SELECT a.* FROM raw_answers a
JOIN source s USING (source)
JOIN newest_answers n
  ON n.unit_id = a.unit_id AND n.cycle = a.cycle AND n.layer = a.layer AND n.submission = s.submission AND n.regulation = a.regulation
QUALIFY row_number() OVER (PARTITION BY a.unit_id, a.cycle, a.layer, a.item_id ORDER BY a.source DESC, a.line DESC) = 1
ORDER BY a.unit_id, a.cycle, a.layer;

CREATE TEMP TABLE newest_scores AS
SELECT unit_id, cycle, layer, arg_max(submission, source) AS submission, arg_max(regulation, source) AS regulation
FROM (SELECT DISTINCT a.unit_id, a.cycle, a.layer, a.regulation, a.source, s.submission FROM raw_scores a JOIN source s USING (source))
GROUP BY unit_id, cycle, layer;

CREATE TABLE sent_score AS
SELECT a.* FROM raw_scores a
JOIN source s USING (source)
JOIN newest_scores n
  ON n.unit_id = a.unit_id AND n.cycle = a.cycle AND n.layer = a.layer AND n.submission = s.submission AND n.regulation = a.regulation
QUALIFY row_number() OVER (PARTITION BY a.unit_id, a.cycle, a.layer, a.code ORDER BY a.source DESC, a.line DESC) = 1
ORDER BY a.unit_id, a.cycle, a.layer;

CREATE TABLE survey AS SELECT * FROM raw_surveys
QUALIFY row_number() OVER (PARTITION BY unit_id, cycle, index, lower(surveyor), period_start ORDER BY source DESC, line DESC) = 1 ORDER BY unit_id, cycle, index;

CREATE TABLE nomination AS SELECT * FROM raw_nominations
QUALIFY row_number() OVER (PARTITION BY unit_id, cycle, target, issuer, stage ORDER BY source DESC, line DESC) = 1 ORDER BY unit_id, cycle;

CREATE TABLE award AS SELECT * FROM raw_awards
QUALIFY row_number() OVER (PARTITION BY unit_id, predicate, issuer, awarded_on ORDER BY source DESC, line DESC) = 1 ORDER BY unit_id, awarded_on;

CREATE TABLE quota AS SELECT * FROM raw_quotas
QUALIFY row_number() OVER (PARTITION BY agency_id, cycle, target ORDER BY source DESC, line DESC) = 1 ORDER BY agency_id, cycle;

CREATE TABLE host AS SELECT * FROM raw_hosts
QUALIFY row_number() OVER (PARTITION BY unit_id, cycle ORDER BY source DESC, line DESC) = 1 ORDER BY unit_id, cycle;

CREATE TABLE visit AS SELECT * FROM raw_visits
QUALIFY row_number() OVER (PARTITION BY host_id, guest_id, date, area ORDER BY source DESC, line DESC) = 1 ORDER BY host_id, date;

CREATE TABLE zone AS SELECT * FROM raw_zones
QUALIFY row_number() OVER (PARTITION BY zone_id, unit_id, cycle ORDER BY source DESC, line DESC) = 1 ORDER BY zone_id, cycle;

CREATE TABLE spi AS SELECT * FROM raw_spi
QUALIFY row_number() OVER (PARTITION BY agency_name, year ORDER BY source DESC, line DESC) = 1 ORDER BY agency_name, year;
