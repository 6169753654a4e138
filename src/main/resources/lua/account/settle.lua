-- Settles which PNI an account has or is going to have, before its look-ups are written. Of several
-- registrations of one handle at once the first decides; the others are told its choice. A PNI that
-- no account follows is forgotten after a while.
--
-- KEYS[1] {aci}:account, hash; the field "pending" is the PNI of an account that is not there yet
-- ARGV[1] the PNI to take where none is settled
-- ARGV[2] how long it stays pending, in seconds
--
-- Returns {status, PNI, handle}:
-- settled: the PNI of the account or the pending one, and an empty handle;
-- gone: a tombstone is here; its PNI and handle tell which look-ups are to be released.
-- Lost reply, or runs twice: the second run tells what the first one settled.
-- Primary gone: the registration finds another PNI or none pending, and begins again.
local known = redis.call('HMGET', KEYS[1], 'pni', 'pending', 'gone', 'handle')
if known[3] then
  return {'gone', known[1], known[4]}
end
if known[1] then
  return {'settled', known[1], ''}
end
local pending = known[2]
if not pending then
  pending = ARGV[1]
  redis.call('HSET', KEYS[1], 'pending', pending)
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return {'settled', pending, ''}
