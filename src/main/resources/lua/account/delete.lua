-- Deletes an account: everything of it and of its devices goes, and a tombstone stays that names
-- the look-ups to be released. The revocation is published.
--
-- KEYS[1] {aci}:account, hash; KEYS[2] {aci}:devices, hash; KEYS[3] {aci}:profile, hash
-- ARGV[1] the hash tag with its colon: the keys of the devices that were ever used, whose numbers
--   only Redis knows, are named after it and so lie in the same slot
-- ARGV[2] how long the tombstone stays, in seconds; ARGV[3] ACI; ARGV[4] channel of revocations;
--   then of ARGV the beginnings of the names of all that a device ever had
--
-- Returns {status, PNI, handle}:
-- deleted, now, or gone, before: the look-ups to be released, after which bury.lua ends it;
-- missing: no such account, PNI and handle are empty, nothing is done.
-- Lost reply, or runs twice: the second run tells the same look-ups.
-- Primary gone: the step is replicated whole or not at all; without it the account lives on.
local known = redis.call('HMGET', KEYS[1], 'pni', 'gone', 'handle', 'highest')
if known[2] then
  return {'gone', known[1], known[3]}
end
if not known[1] then
  return {'missing', '', ''}
end
for device = 1, tonumber(known[4]) do
  for _, field in ipairs(redis.call('HKEYS', ARGV[1] .. 'keys:aci:' .. device)) do
    local pool = string.match(field, '^pool:(.+)$')
    if pool then
      redis.call('DEL', ARGV[1] .. 'pool:aci:' .. pool .. ':' .. device)
      redis.call('DEL', ARGV[1] .. 'reserve:aci:' .. pool .. ':' .. device)
    end
  end
  for i = 5, #ARGV do
    redis.call('DEL', ARGV[1] .. ARGV[i] .. device)
  end
end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
redis.call('HSET', KEYS[1], 'gone', 1, 'pni', known[1], 'handle', known[3])
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', ARGV[4], ARGV[3])
return {'deleted', known[1], known[3]}
