-- Tells when the next code can be sent to a handle and the next attempt made. Time is this
-- server's.
--
-- KEYS[1] code:<handle>, hash as in issue-code.lua
-- ARGV[1] how many codes are sent while sends are counted
--
-- Returns {status, ms to the next send, ms to the next attempt}, -1 for none; the status is
-- "known".
-- Changes nothing: lost reply, runs twice or primary gone, ask again.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'code', 'until', 'nextAttempt', 'sends', 'nextSend')
local send = math.max(0, tonumber(known[5] or 0) - now)
if tonumber(known[4] or 0) >= tonumber(ARGV[1]) then
  send = -1
end
local holds = known[1] and tonumber(known[2]) > now
return {'known', send, holds and math.max(0, tonumber(known[3]) - now) or -1}
