-- Checks a code for a handle. A right one is used up, a wrong one counts. Time is this server's.
--
-- KEYS[1] code:<handle>, hash as in issue-code.lua
-- ARGV[1] the code that was given; ARGV[2] attempts a code has; ARGV[3] ms from a wrong attempt to
--   the next; ARGV[4] how many codes are sent while sends are counted
--
-- Returns {status, ms to the next send, ms to the next attempt}, -1 for none:
-- right; wrong: counted; limited: too early, nothing done; none: there is no code that could be
-- right (any more), nothing done.
-- Lost reply: a right code is used up, ask for another. Runs twice: the second run finds none.
-- Primary gone: a used code may be right once more, until its time is up.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known =
  redis.call('HMGET', KEYS[1], 'code', 'until', 'attempts', 'nextAttempt', 'sends', 'nextSend')
local send = math.max(0, tonumber(known[6] or 0) - now)
if tonumber(known[5] or 0) >= tonumber(ARGV[4]) then
  send = -1
end
if not known[1] or tonumber(known[2]) <= now then
  return {'none', send, -1}
end
local early = tonumber(known[4]) - now
if early > 0 then
  return {'limited', send, early}
end
if known[1] == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'code', 'until', 'attempts', 'nextAttempt')
  return {'right', send, -1}
end
local attempts = tonumber(known[3]) + 1
if attempts >= tonumber(ARGV[2]) then
  redis.call('HDEL', KEYS[1], 'code', 'until', 'attempts', 'nextAttempt')
  return {'wrong', send, -1}
end
redis.call('HSET', KEYS[1], 'attempts', attempts, 'nextAttempt', now + ARGV[3])
return {'wrong', send, tonumber(ARGV[3])}
