-- Marks a registration session as verified.
--
-- KEYS[1] verification:<id>, hash: handle, verified (0 or 1); it has a time to live
--
-- Returns 1, or 0 where the session is over: nothing is done then.
-- Lost reply, or runs twice: the same again.
-- Primary gone: the session may be unverified or unknown; begin another.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], 'verified', 1)
return 1
