-- From the lake's rows, where every submission is kept, to what holds now: of
-- two records about the same thing the one from the newer submission counts.
-- Sources are numbered in the order they were taken in. This file and the next
-- are DuckDB's own dialect; the views behind them keep to what Trino reads too.
-- Here are the registers, which belong to no cycle.

CREATE VIEW source AS SELECT * FROM raw_sources;

CREATE VIEW problem AS SELECT * FROM raw_problems;

CREATE VIEW agency AS SELECT * FROM raw_agencies
QUALIFY row_number() OVER (PARTITION BY agency_id ORDER BY source DESC, line DESC) = 1;

CREATE VIEW unit AS SELECT * FROM raw_units
QUALIFY row_number() OVER (PARTITION BY unit_id ORDER BY source DESC, line DESC) = 1;

-- The register as it stood at the end of the year before the newest
-- submission that is dated; empty where all were sent in one year.
CREATE VIEW unit_before AS SELECT u.* FROM raw_units u
JOIN raw_sources s ON s.source = u.source
WHERE year(s.sent_at) < (SELECT max(year(n.sent_at)) FROM raw_sources n)
QUALIFY row_number() OVER (PARTITION BY u.unit_id ORDER BY u.source DESC, u.line DESC) = 1;

CREATE VIEW award AS SELECT * FROM raw_awards
QUALIFY row_number() OVER (PARTITION BY unit_id, predicate, issuer, awarded_on ORDER BY source DESC, line DESC) = 1;

CREATE VIEW visit AS SELECT * FROM raw_visits
QUALIFY row_number() OVER (PARTITION BY host_id, guest_id, date, area ORDER BY source DESC, line DESC) = 1;

CREATE VIEW spi AS SELECT * FROM raw_spi
QUALIFY row_number() OVER (PARTITION BY agency_name, year ORDER BY source DESC, line DESC) = 1;
