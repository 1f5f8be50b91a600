-- forecast: of each nominee the forecast that counts. One that was issued
-- before the results stays, and of several the newest; else the newest made
-- afterwards. Cycle-local.
CREATE VIEW forecast AS SELECT * FROM raw_forecasts
QUALIFY row_number() OVER (PARTITION BY unit_id, cycle, target ORDER BY CASE stamp WHEN 'issued' THEN 0 ELSE 1 END, source DESC, line DESC) = 1;
