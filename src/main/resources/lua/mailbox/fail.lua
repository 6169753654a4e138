-- Counts a session that failed to deliver an envelope. One that is gone, or whose stream id another
-- one has now, is passed over. Counts of envelopes whose time is up go, and where there are too
-- many the oldest one, so that its envelope is sent to sessions again.
--
-- KEYS[1] the mailbox, stream; KEYS[2] its failures, hash: stream id and nonce to sessions
-- ARGV[1] stream id; ARGV[2] nonce (8 bytes); ARGV[3] ms that an envelope waits
-- ARGV[4] how many envelopes are counted for, 2 or more
--
-- Returns how many sessions have failed with it, 0 where it is passed over.
-- Lost reply: counted. Runs twice: counted twice. Primary gone: one session less is counted.
local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not entry or entry[2][4] ~= ARGV[2] then
  return 0
end
local field = ARGV[1] .. ARGV[2]
local sessions = redis.call('HINCRBY', KEYS[2], field, 1)
redis.call('PEXPIRE', KEYS[2], ARGV[3])

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local expired = now - tonumber(ARGV[3])
local kept, oldest, oldestMs = 0, nil, nil
for _, other in ipairs(redis.call('HKEYS', KEYS[2])) do
  local ms = tonumber(string.match(other, '^%d+'))
  if ms <= expired then
    redis.call('HDEL', KEYS[2], other)
  else
    kept = kept + 1
    if other ~= field and (not oldestMs or ms < oldestMs) then
      oldest, oldestMs = other, ms
    end
  end
end
if kept > tonumber(ARGV[4]) then
  redis.call('HDEL', KEYS[2], oldest)
end
return sessions
