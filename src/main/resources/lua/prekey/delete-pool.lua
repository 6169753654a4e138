-- Deletes a named pool of a device: its entries, its reserve, its last-resort entry. Its ledger
-- stays, so that a later upload brings nothing back.
--
-- KEYS[1] {aci}:keys:aci:<device>, hash; KEYS[2] the pool, list; KEYS[3] its reserve, list
-- ARGV[1] the field of KEYS[1] that tells that the pool is there, ARGV[2] that of its last-resort
--   entry, ARGV[3] that of its reserve's lengths
--
-- Returns 1, or 0 where there is no such pool: nothing is done then.
-- Lost reply, or runs twice: the second run returns 0 unless the pool was uploaded anew meanwhile.
-- Primary gone: the step is replicated whole or not at all.
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('HDEL', KEYS[1], ARGV[2], ARGV[3])
redis.call('DEL', KEYS[2], KEYS[3])
return 1
