-- Counts a session that failed to deliver an envelope. One that is gone, or whose stream id another
-- one has now, is passed over.
--
-- KEYS[1] the mailbox, stream; KEYS[2] its failures, hash: stream id and nonce to sessions
-- ARGV[1] stream id; ARGV[2] nonce (8 bytes); ARGV[3] ms that an envelope waits
--
-- Returns how many sessions have failed with it, 0 where it is passed over.
-- Lost reply: counted. Runs twice: counted twice. Primary gone: one session less is counted.
local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not entry or entry[2][4] ~= ARGV[2] then
  return 0
end
local sessions = redis.call('HINCRBY', KEYS[2], ARGV[1] .. ARGV[2], 1)
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return sessions
