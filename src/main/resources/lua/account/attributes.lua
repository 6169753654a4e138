-- Replaces the attributes that a device tells of itself and of its account. Where its signaling key
-- is another one then, or gone, the account's revocation is published: gateways keep it with the
-- credentials.
--
-- KEYS[1] {aci}:account, hash; KEYS[2] {aci}:devices, hash; KEYS[3] {aci}:device:<id>, hash
-- KEYS[4] {aci}:keys:aci:<id>, KEYS[5] {aci}:keys:pni:<id>, hashes
-- ARGV[1] device id; ARGV[2] registration id, ARGV[3] PNI registration id
-- ARGV[4] ACI; ARGV[5] channel of revocations
-- then of ARGV four lists, each its length and its items: fields with their values for the account,
-- fields of the account to take away, and the same two for the device
--
-- Returns 1; 2 where the revocation was published; 0 where there is no such device (any more):
-- nothing is done then.
-- Lost reply, or runs twice: the same again, without a second revocation.
-- Primary gone: the step is replicated whole or not at all.
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  return 0
end
local sealed = redis.call('HGET', KEYS[3], 'signalingKey')
local at = 6
local function apply(command, key)
  local size = tonumber(ARGV[at])
  if size > 0 then
    redis.call(command, key, unpack(ARGV, at + 1, at + size))
  end
  at = at + size + 1
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. ':' .. ARGV[3])
redis.call('HSET', KEYS[4], 'reg', ARGV[2])
redis.call('HSET', KEYS[5], 'reg', ARGV[3])
apply('HSET', KEYS[1])
apply('HDEL', KEYS[1])
apply('HSET', KEYS[3])
apply('HDEL', KEYS[3])
if redis.call('HGET', KEYS[3], 'signalingKey') == sealed then
  return 1
end
redis.call('PUBLISH', ARGV[5], ARGV[4])
return 2
