-- Takes away the token that a provider does not know any more, unless the device has told another
-- since then.
--
-- KEYS[1] {aci}:device:<id>, hash
-- ARGV[1] field of the token; ARGV[2] the token
-- ARGV[3] ms since the epoch since when it is unknown
--
-- Returns 1, or 0 where the device has no such token, or told it later.
-- Lost reply, or runs twice: it is gone. Primary gone: it is reported again at the next push.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  return 0
end
local told = redis.call('HGET', KEYS[1], 'push-at') or redis.call('HGET', KEYS[1], 'created')
if told and tonumber(told) > tonumber(ARGV[3]) then
  return 0
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], 'push-lost', string.format('%.0f', now))
return 1
