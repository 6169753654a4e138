-- Removes a device with its credentials, keys, pools and mailbox. Its ledgers and its session
-- counter stay for the next device of this id. The account's revocation is published.
--
-- KEYS[1] {aci}:account, hash; KEYS[2] {aci}:devices, hash
-- KEYS[3] {aci}:keys:aci:<device>, KEYS[4] {aci}:keys:pni:<device>, hashes
-- ARGV[1] the hash tag with its colon, ARGV[2] device id, ARGV[3] ACI, ARGV[4] channel of
--   revocations; then of ARGV the beginnings of the names of what goes with a device
--
-- Returns 1, or 0 where there is no such device: nothing is done then.
-- Lost reply, or runs twice: the second run returns 0 unless an equal device was added meanwhile.
-- Primary gone: the step is replicated whole or not at all.
if redis.call('HDEL', KEYS[2], ARGV[2]) == 0 then
  return 0
end
-- The epoch stays as a floor: a claim that began before must not take the next device's keys for
-- this one's.
local epoch = tonumber(redis.call('HGET', KEYS[1], 'epoch') or 0)
for i = 3, 4 do
  epoch = math.max(epoch, tonumber(redis.call('HGET', KEYS[i], 'epoch') or 0))
end
redis.call('HSET', KEYS[1], 'epoch', epoch)
for _, field in ipairs(redis.call('HKEYS', ARGV[1] .. 'keys:aci:' .. ARGV[2])) do
  local pool = string.match(field, '^pool:(.+)$')
  if pool then
    redis.call('DEL', ARGV[1] .. 'pool:aci:' .. pool .. ':' .. ARGV[2])
    redis.call('DEL', ARGV[1] .. 'reserve:aci:' .. pool .. ':' .. ARGV[2])
  end
end
for i = 5, #ARGV do
  redis.call('DEL', ARGV[1] .. ARGV[i] .. ARGV[2])
end
redis.call('PUBLISH', ARGV[4], ARGV[3])
return 1
