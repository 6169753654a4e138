-- Checks a code for a handle. A right one is used up, a wrong one counts for who gave it. Time is
-- this server's.
--
-- KEYS[1] code:<handle>, hash as in issue-code.lua
-- ARGV[1] the code that was given; ARGV[2] who gives it; ARGV[3] the address it comes from
-- ARGV[4] attempts that one address has of those that everybody shares
-- ARGV[5] ms from a wrong attempt to the next; ARGV[6] how many codes are sent while sends are
--   counted
--
-- Returns {status, ms to the next send, ms to the next attempt}, -1 for none:
-- right; wrong: counted; limited: too early, nothing done; none: there is no code that could be
-- right (any more), or no attempt for this one; nothing done.
-- Lost reply: a right code is used up, ask for another. Runs twice: the second run finds none.
-- Primary gone: a used code may be right once more, until its time is up.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'code', 'until', 'sends', 'nextSend',
  'left:' .. ARGV[2], 'left:anyone', 'tried:' .. ARGV[3])
local send = math.max(0, tonumber(known[4] or 0) - now)
if tonumber(known[3] or 0) >= tonumber(ARGV[6]) then
  send = -1
end
local left = tonumber(known[5] or 0)
local own = left > 0
if not own then
  left = math.min(tonumber(known[6] or 0), tonumber(ARGV[4]) - tonumber(known[7] or 0))
end
if not known[1] or tonumber(known[2]) <= now or left <= 0 then
  return {'none', send, -1}
end
local at = 'at:' .. (own and ARGV[2] or ARGV[3])
local early = tonumber(redis.call('HGET', KEYS[1], at) or 0) - now
if early > 0 then
  return {'limited', send, early}
end
if known[1] == ARGV[1] then
  -- What sends were counted stays counted, for as long as before.
  local lives = redis.call('PTTL', KEYS[1])
  redis.call('DEL', KEYS[1])
  if known[3] then
    redis.call('HSET', KEYS[1], 'sends', known[3], 'nextSend', known[4])
    redis.call('PEXPIRE', KEYS[1], lives)
  end
  return {'right', send, -1}
end
if own then
  redis.call('HINCRBY', KEYS[1], 'left:' .. ARGV[2], -1)
else
  redis.call('HINCRBY', KEYS[1], 'left:anyone', -1)
  redis.call('HINCRBY', KEYS[1], 'tried:' .. ARGV[3], 1)
end
redis.call('HSET', KEYS[1], at, now + ARGV[5])
return {'wrong', send, left > 1 and tonumber(ARGV[5]) or -1}
