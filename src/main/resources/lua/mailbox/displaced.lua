-- Counts a session that another one of the same device displaced.
--
-- KEYS[1] {aci}:displaced:<device>, string; ARGV[1] ms from the first displacement that are counted
--
-- Returns how many there were.
-- Lost reply: counted. Runs twice: counted twice. Primary gone: one less, or a time begun anew.
local count = redis.call('INCR', KEYS[1])
if count == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return count
