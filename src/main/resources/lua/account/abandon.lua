-- Gives up an account that a registration began and never wrote: a tombstone takes its place, so
-- that no registration that comes late can write it while its look-up is released.
--
-- KEYS[1] {aci}:account, hash
-- ARGV[1] the handle whose look-up names it; ARGV[2] how long the tombstone stays, in seconds
--
-- Returns {status, PNI, handle}:
-- deleted: a tombstone is here now, and gone: it was before; the look-ups to be released;
-- registered: nothing is done, the account is there, with this PNI; settled: nothing is done, a
-- registration is under way, or stopped a moment ago. The handle is empty for these.
-- Lost reply, or runs twice: the second run tells gone.
-- Primary gone: the step is replicated whole or not at all.
local known = redis.call('HMGET', KEYS[1], 'pni', 'pending', 'gone', 'handle')
if known[3] then
  return {'gone', known[1], known[4]}
end
if known[1] then
  return {'registered', known[1], ''}
end
if known[2] then
  return {'settled', known[2], ''}
end
redis.call('HSET', KEYS[1], 'gone', 1, 'pni', '', 'handle', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return {'deleted', '', ARGV[1]}
