-- Links a device to an account by a code that its primary was given, under the lowest free id from
-- 2 and a new epoch. It takes the account's identity keys. The code is used up. The revocation of
-- the account is published: a gateway may know the id as nobody's.
--
-- KEYS[1] {aci}:account, hash, with the code as link-code.lua keeps it; KEYS[2] {aci}:devices, hash
-- ARGV[1] the hash tag with its colon: the keys of the new device, whose id is chosen here, are
--   named after it and so lie in the same slot
-- ARGV[2] how many devices an account may have; ARGV[3] the highest device id
-- ARGV[4] "<registration id>:<PNI registration id>"
-- ARGV[5] ACI identity key, ARGV[6] PNI identity key: those against which the signatures of the new
--   keys were verified; empty where there are no new keys
-- ARGV[7] ACI; ARGV[8] channel of revocations; ARGV[9] the code
-- ARGV[10] capabilities that an account does not lose by a device, ARGV[11] those of the new
-- device, each with a space before and after every name
-- then of ARGV three lists of fields with their values, each its length and its items: for the
-- device, for its ACI keys, for its PNI keys
--
-- Returns {status, device id}; the id is 0 and nothing is done on all but the first:
-- added; missing: no such account (any more); wrong: another code, or one that is over; full: it
-- has all the devices it may have; changed: an identity key is another one by now; lacking: all
-- other devices have such a capability, and this one has not.
-- Lost reply: the device may be there; the owner sees it in the list of devices.
-- Runs twice: the second run finds the code used.
-- Primary gone: the step is replicated whole or not at all.
local known = redis.call('HMGET', KEYS[1], 'created', 'gone', 'epoch', 'highest', 'link')
if not known[1] or known[2] then
  return {'missing', 0}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends, code = string.match(known[5] or '', '^(%d+):(.+)$')
if code ~= ARGV[9] or tonumber(ends) <= now then
  return {'wrong', 0}
end
if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[2]) then
  return {'full', 0}
end
local device
for id = 2, tonumber(ARGV[3]) do
  if redis.call('HEXISTS', KEYS[2], id) == 0 then
    device = id
    break
  end
end
if not device then
  return {'full', 0}
end

local epoch = tonumber(known[3])
local identities = {}
for i, identity in ipairs({'aci', 'pni'}) do
  local keys = redis.call('HMGET', ARGV[1] .. 'keys:' .. identity .. ':1', 'identity', 'epoch')
  identities[i] = keys[1]
  if ARGV[4 + i] ~= '' and keys[1] ~= ARGV[4 + i] then
    return {'changed', 0}
  end
  epoch = math.max(epoch, tonumber(keys[2]))
end
epoch = epoch + 1

local devices = redis.call('HKEYS', KEYS[2])
for name in string.gmatch(ARGV[10], '%S+') do
  local word, held = ' ' .. name .. ' ', true
  for _, other in ipairs(devices) do
    local names = redis.call('HGET', ARGV[1] .. 'device:' .. other, 'capabilities') or ''
    held = held and string.find(' ' .. names .. ' ', word, 1, true)
  end
  if held and not string.find(ARGV[11], word, 1, true) then
    return {'lacking', 0}
  end
end

local at = 12
local function list()
  local size = tonumber(ARGV[at])
  local items = {unpack(ARGV, at + 1, at + size)}
  at = at + size + 1
  return items
end
redis.call('HDEL', KEYS[1], 'link')
redis.call('HSET', KEYS[1], 'epoch', epoch, 'highest', math.max(tonumber(known[4]), device))
redis.call('HSET', KEYS[2], device, ARGV[4])
redis.call('HSET', ARGV[1] .. 'device:' .. device, 'created', now,
  'lastSeen', now - now % 86400000, unpack(list()))
for i, identity in ipairs({'aci', 'pni'}) do
  local keys = ARGV[1] .. 'keys:' .. identity .. ':' .. device
  redis.call('HSET', keys, 'epoch', epoch, 'signed-at', time[1], unpack(list()))
  if identities[i] then
    redis.call('HSET', keys, 'identity', identities[i])
  end
end
redis.call('PUBLISH', ARGV[8], ARGV[7])
return {'added', device}
