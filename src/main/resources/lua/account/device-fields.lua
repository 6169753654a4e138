-- Sets or takes away fields of a device that exists.
--
-- KEYS[1] {aci}:devices, hash; KEYS[2] {aci}:device:<id>, hash
-- ARGV[1] device id; ARGV[2] how many items follow that are fields with their values to set; all of
--   ARGV after those are fields to take away
--
-- Returns 1, or 0 where there is no such device (any more): nothing is done then.
-- Lost reply, or runs twice: the same again.
-- Primary gone: the step is replicated whole or not at all.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return 0
end
local last = 2 + tonumber(ARGV[2])
if last > 2 then
  redis.call('HSET', KEYS[2], unpack(ARGV, 3, last))
end
if #ARGV > last then
  redis.call('HDEL', KEYS[2], unpack(ARGV, last + 1, #ARGV))
end
return 1
