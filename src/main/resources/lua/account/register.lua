-- Writes a registration: a new account, or the same one anew. ACI, PNI, time of creation, ledgers
-- and session counters stay. Password, attributes and keys of the primary are replaced under a new
-- epoch, which is higher than any that the account ever had; pools, mailboxes, profile and all
-- other devices go. The account's revocation is published.
--
-- KEYS[1] {aci}:account, hash; KEYS[2] {aci}:devices, hash; KEYS[3] {aci}:profile, hash
-- ARGV[1] the hash tag with its colon: the keys of devices, whose numbers only Redis knows, are
--   named after it and so lie in the same slot
-- ARGV[2] PNI, as settled; ARGV[3] ACI; ARGV[4] channel of revocations
-- ARGV[5] "<registration id>:<PNI registration id>" of the primary
-- then of ARGV five lists, each its length and its items: beginnings of the names of what goes with
-- a device; and fields with their values for the account, for device 1, for its ACI keys, for its
-- PNI keys
--
-- Returns {status, PNI, handle}:
-- registered: PNI as given, empty handle;
-- changed: nothing done, the settled PNI is no longer that one; PNI and handle are empty;
-- gone: nothing done, a tombstone is here; its PNI and handle.
-- Lost reply: register again, the account is the same.
-- Runs twice: the second run registers the account anew, with the same password and keys.
-- Primary gone: the step is replicated whole or not at all; without it the old credentials hold.
local known =
  redis.call('HMGET', KEYS[1], 'pni', 'pending', 'gone', 'handle', 'epoch', 'highest', 'created')
if known[3] then
  return {'gone', known[1], known[4]}
end
if (known[1] or known[2]) ~= ARGV[2] then
  return {'changed', '', ''}
end

local at = 6
local function list()
  local size = tonumber(ARGV[at])
  local items = {unpack(ARGV, at + 1, at + size)}
  at = at + size + 1
  return items
end
local beginnings = list()

local epoch = tonumber(known[5] or 0)
for _, device in ipairs(redis.call('HKEYS', KEYS[2])) do
  for _, identity in ipairs({'aci', 'pni'}) do
    local keys = ARGV[1] .. 'keys:' .. identity .. ':' .. device
    epoch = math.max(epoch, tonumber(redis.call('HGET', keys, 'epoch') or 0))
  end
  for _, field in ipairs(redis.call('HKEYS', ARGV[1] .. 'keys:aci:' .. device)) do
    local pool = string.match(field, '^pool:(.+)$')
    if pool then
      redis.call('DEL', ARGV[1] .. 'pool:aci:' .. pool .. ':' .. device)
      redis.call('DEL', ARGV[1] .. 'reserve:aci:' .. pool .. ':' .. device)
    end
  end
  for _, beginning in ipairs(beginnings) do
    redis.call('DEL', ARGV[1] .. beginning .. device)
  end
end
epoch = epoch + 1

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local today = now - now % 86400000
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
redis.call('HSET', KEYS[1], 'pni', ARGV[2], 'epoch', epoch, 'highest', known[6] or 1,
  'created', known[7] or now, unpack(list()))
redis.call('HSET', KEYS[2], '1', ARGV[5])
redis.call('HSET', ARGV[1] .. 'device:1', 'created', now, 'lastSeen', today, unpack(list()))
redis.call('HSET', ARGV[1] .. 'keys:aci:1', 'epoch', epoch,
  'signed-at', time[1], unpack(list()))
redis.call('HSET', ARGV[1] .. 'keys:pni:1', 'epoch', epoch,
  'signed-at', time[1], unpack(list()))
redis.call('PUBLISH', ARGV[4], ARGV[3])
return {'registered', ARGV[2], ''}
