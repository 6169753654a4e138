-- Numbers a new session of a device and tells every earlier one that it is displaced. What was for
-- a live session only, and an earlier one did not take, is dropped. Numbers are at least Redis'
-- clock in microseconds, so that one that a failover forgot is not given out again.
--
-- KEYS[1] {aci}:sessions:<device>, string: the highest number
-- KEYS[2] {aci}:mail-online:<device>, list: envelopes for a live session only
-- ARGV[1] the device's doorbell; ARGV[2] ms after which an unused number is forgotten
--
-- Returns the number.
-- Lost reply, and runs twice: a number that no session has; the one before is displaced all the
-- same. Primary gone: a later number is higher still.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local number = math.max(tonumber(redis.call('GET', KEYS[1]) or 0) + 1, now)
local text = string.format('%.0f', number)
redis.call('SET', KEYS[1], text, 'PX', ARGV[2])
redis.call('DEL', KEYS[2])
redis.call('SPUBLISH', ARGV[1], 'd' .. text)
return number
