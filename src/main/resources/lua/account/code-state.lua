-- Tells when the next code can be sent to a handle and the next attempt made. Time is this
-- server's.
--
-- KEYS[1] code:<handle>, hash as in issue-code.lua
-- ARGV[1] who asks; ARGV[2] the address it comes from; ARGV[3] attempts that one address has of
--   those that everybody shares; ARGV[4] how many codes are sent while sends are counted
--
-- Returns {status, ms to the next send, ms to the next attempt}, -1 for none; the status is
-- "known".
-- Changes nothing: lost reply, runs twice or primary gone, ask again.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'code', 'until', 'sends', 'nextSend',
  'left:' .. ARGV[1], 'left:anyone', 'tried:' .. ARGV[2])
local send = math.max(0, tonumber(known[4] or 0) - now)
if tonumber(known[3] or 0) >= tonumber(ARGV[4]) then
  send = -1
end
local left = tonumber(known[5] or 0)
local at = 'at:' .. ARGV[1]
if left <= 0 then
  left = math.min(tonumber(known[6] or 0), tonumber(ARGV[3]) - tonumber(known[7] or 0))
  at = 'at:' .. ARGV[2]
end
local attempt = -1
if known[1] and tonumber(known[2]) > now and left > 0 then
  attempt = math.max(0, tonumber(redis.call('HGET', KEYS[1], at) or 0) - now)
end
return {'known', send, attempt}
