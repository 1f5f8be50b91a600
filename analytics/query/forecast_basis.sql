-- The files that forecasts are made of, in one order.
SELECT dataset, cycle, path, sha256 FROM made_of
WHERE dataset NOT IN ('forecasts', 'sources', 'problems', 'hosts', 'visits', 'spi', 'quotas')
ORDER BY dataset, path
