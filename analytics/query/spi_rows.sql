-- KPK's survey as it was taken in: agencies are named, not numbered.
SELECT agency_name, year, place_code, index, internal, external, expert
FROM spi
ORDER BY year, agency_name
