-- Issues a code for a handle, in place of the one before, and gives attempts at the handle's code
-- to whoever asked. Time is this server's.
--
-- KEYS[1] code:<handle>, hash: code, until (ms), sends, nextSend (ms); "left:<asker>", the attempts
--   that one who asked has left, "left:anyone" those that everybody shares; "tried:<origin>", those
--   of them that one address took; "at:<asker>" and "at:<origin>", its next attempt (ms). It lives
--   as long as sends are counted
-- ARGV[1] the code; ARGV[2] how long it holds, in ms
-- ARGV[3] how many are sent while sends are counted, 0 for one that an operator asked for, which
--   counts for nothing; ARGV[4] ms from a send to the next; ARGV[5] ms for which sends are counted
-- ARGV[6] the asker, or "anyone"; ARGV[7] its attempts
--
-- Returns {status, ms to the next send, ms to the asker's next attempt}, -1 for none:
-- issued; limited: nothing done, too many or too early.
-- Lost reply: ask again, after the pause. Runs twice: the second run is limited, or its code is the
-- one that counts.
-- Primary gone: the code may be unknown, and has to be asked for again.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'code', 'until', 'sends', 'nextSend',
  'left:' .. ARGV[6], 'at:' .. ARGV[6])
local sends = tonumber(known[3] or 0)
local counted = ARGV[3] ~= '0'
local wait = math.max(0, tonumber(known[4] or 0) - now)
local spent = counted and sends >= tonumber(ARGV[3])
if counted and (wait > 0 or spent) then
  local holds = known[1] and tonumber(known[2]) > now and tonumber(known[5] or 0) > 0
  local attempt = holds and math.max(0, tonumber(known[6] or 0) - now) or -1
  return {'limited', spent and -1 or wait, attempt}
end
redis.call('HSET', KEYS[1], 'code', ARGV[1], 'until', now + ARGV[2], 'left:' .. ARGV[6], ARGV[7])
redis.call('HDEL', KEYS[1], 'at:' .. ARGV[6])
if ARGV[6] == 'anyone' then
  for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    if string.sub(field, 1, 6) == 'tried:' then
      redis.call('HDEL', KEYS[1], field)
    end
  end
end
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
