-- Takes away an account's tombstone, after its look-ups were released.
--
-- KEYS[1] {aci}:account, hash
--
-- Returns 1, or 0 where there is no tombstone: nothing is done then.
-- Lost reply, or runs twice: the second run returns 0.
-- Primary gone: the tombstone may be back, until the end of its time.
if redis.call('HEXISTS', KEYS[1], 'gone') == 0 then
  return 0
end
return redis.call('DEL', KEYS[1])
