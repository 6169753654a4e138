-- Takes tokens from a bucket that gateways share. The bucket is the moment, by Redis' clock, at
-- which it will be full again. There is no upper bound: what gateways took before they heard of
-- each other is paid back.
--
-- KEYS[1] string: that moment in ms, gone once it has come
-- ARGV[1] ms in which the tokens come back
--
-- Returns the ms until the bucket is full.
-- Lost reply: the tokens are taken, and this gateway hears of it with its next ones.
-- Runs twice: the tokens are taken twice, and the bucket is stricter for so long.
-- Primary gone: the bucket is as it was some time before, or full; each gateway has its own.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + ARGV[1]
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', string.format('%.0f', full - now))
return full - now
