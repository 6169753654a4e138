-- Stores a version of a profile. Beyond the limit those that were stored longest ago go.
--
-- KEYS[1] {aci}:account, hash
-- KEYS[2] {aci}:profile, hash: "v:<version>" to "<number of the store>:<opaque JSON>", and "puts",
--   the highest number so far
-- ARGV[1] version; ARGV[2] the JSON; ARGV[3] how many versions are kept
--
-- Returns 1, or 0 where there is no such account (any more): nothing is done then.
-- Lost reply, or runs twice: the same again.
-- Primary gone: the step is replicated whole or not at all.
local known = redis.call('HMGET', KEYS[1], 'created', 'gone')
if not known[1] or known[2] then
  return 0
end
local number = redis.call('HINCRBY', KEYS[2], 'puts', 1)
redis.call('HSET', KEYS[2], 'v:' .. ARGV[1], number .. ':' .. ARGV[2])
while redis.call('HLEN', KEYS[2]) - 1 > tonumber(ARGV[3]) do
  local oldest, oldestNumber
  local all = redis.call('HGETALL', KEYS[2])
  for i = 1, #all, 2 do
    local stored = tonumber(string.match(all[i + 1], '^(%d+):'))
    if stored and (not oldestNumber or stored < oldestNumber) then
      oldest, oldestNumber = all[i], stored
    end
  end
  redis.call('HDEL', KEYS[2], oldest)
end
return 1
