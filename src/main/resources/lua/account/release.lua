-- Releases a look-up where it still names this account.
--
-- KEYS[1] handle:<handle> or pni:<PNI>, string: an ACI, maybe with more after it
-- ARGV[1] the ACI
--
-- Returns 1, or 0 where it names another account or none: nothing is done then.
-- Lost reply, or runs twice: the second run returns 0. An account that was deleted never comes back
-- under its ACI, so that a late run cannot hit a new owner.
-- Primary gone: the look-up may be back; it is not believed without the account's own field.
local owner = redis.call('GET', KEYS[1])
if not owner or string.sub(owner, 1, #ARGV[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
