-- Issues a code for a handle, in place of the one before. Time is this server's.
--
-- KEYS[1] code:<handle>, hash: code, until (ms), attempts (with this code), sends, nextSend (ms),
--   nextAttempt (ms); it lives as long as sends are counted
-- ARGV[1] the code; ARGV[2] how long it holds, in ms
-- ARGV[3] how many are sent while sends are counted, 0 for one that an operator asked for, which
--   counts for nothing; ARGV[4] ms from a send to the next; ARGV[5] ms for which sends are counted
--
-- Returns {status, ms to the next send, ms to the next attempt}, -1 for none:
-- issued; limited: nothing done, too many or too early.
-- Lost reply: ask again, after the pause. Runs twice: the second run is limited, or its code is the
-- one that counts.
-- Primary gone: the code may be unknown, and has to be asked for again.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'code', 'until', 'sends', 'nextSend', 'nextAttempt')
local sends = tonumber(known[3] or 0)
local counted = ARGV[3] ~= '0'
local wait = math.max(0, tonumber(known[4] or 0) - now)
local spent = counted and sends >= tonumber(ARGV[3])
if counted and (wait > 0 or spent) then
  local holds = known[1] and tonumber(known[2]) > now
  local attempt = holds and math.max(0, tonumber(known[5] or 0) - now) or -1
  return {'limited', spent and -1 or wait, attempt}
end
redis.call('HSET', KEYS[1], 'code', ARGV[1], 'until', now + ARGV[2], 'attempts', 0,
  'nextAttempt', now)
if counted then
  sends = sends + 1
  wait = tonumber(ARGV[4])
  redis.call('HSET', KEYS[1], 'sends', sends, 'nextSend', now + wait)
  spent = sends >= tonumber(ARGV[3])
end
-- Counting ends a set time after the first send, so that it cannot be drawn out.
local lives = redis.call('PTTL', KEYS[1])
local least = tonumber(ARGV[2])
if lives < 0 then
  least = math.max(least, tonumber(ARGV[5]))
end
if lives < least then
  redis.call('PEXPIRE', KEYS[1], least)
end
return {'issued', spent and -1 or wait, 0}
