-- Makes the pending look-up of a PNI a lasting one, after its account was written.
--
-- KEYS[1] pni:<PNI>, string: an ACI, and while it is pending a dot and a token after it
-- ARGV[1] what the look-up was when the account was not written yet; ARGV[2] the ACI
--
-- Returns 1, or 0 where the look-up is another by now: nothing is done then. The account was
-- deleted in between; a registration that began before may have claimed the PNI anew, in vain.
-- Lost reply, or runs twice: the second run returns 0.
-- Primary gone: the look-up ends with its time, and the next registration makes it anew.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
return 1
