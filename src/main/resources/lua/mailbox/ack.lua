-- Deletes envelopes of one mailbox and takes their bytes off its counter. An envelope that is gone,
-- or whose stream id another one has now, is passed over.
--
-- KEYS[1] the mailbox, stream; KEYS[2] its byte counter, string; KEYS[3] its failures, hash
-- ARGV in pairs: stream id, nonce (8 bytes)
--
-- Returns how many envelopes were deleted.
-- Lost reply, and runs twice: send it again, nothing is deleted or counted twice.
-- Primary gone: replicated whole or not at all; what was not comes again and is acked again.
local deleted, freed, failures = 0, 0, {}
for i = 1, #ARGV, 2 do
  local entry = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
  if entry and entry[2][4] == ARGV[i + 1] then
    -- The stream stays when it gets empty, until its time is up: it keeps ids from stepping back.
    deleted = deleted + redis.call('XDEL', KEYS[1], ARGV[i])
    freed = freed + #entry[2][2]
    failures[#failures + 1] = ARGV[i] .. ARGV[i + 1]
  end
end
if deleted > 0 then
  redis.call('HDEL', KEYS[3], unpack(failures))
end
-- An empty mailbox, which is the usual end of an ack, has no bytes.
if deleted > 0 and (redis.call('XLEN', KEYS[1]) == 0
    or redis.call('DECRBY', KEYS[2], freed) <= 0) then
  redis.call('DEL', KEYS[2])
end
return deleted
