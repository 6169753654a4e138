-- Reads the oldest envelopes of a mailbox behind a place, without those whose time is up, until it
-- has as many of them, or as many bytes, as are wanted. Writes nothing.
--
-- KEYS[1] the mailbox, stream
-- ARGV[1] stream id of the place; ARGV[2] envelopes at most, 1 or more; ARGV[3] bytes after which
-- it ends, the last envelope included; ARGV[4] ms that an envelope waits
--
-- Returns {more, entries}: entries as XRANGE tells them; more is 0 where there were no others, and
-- 1 where there may be.
-- Lost reply, and runs twice: nothing has changed. Primary gone: the new one reads what it has.
local STEP = 8
local place, countMax, bytesMax = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local expired = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - tonumber(ARGV[4])
local from = '(' .. place
if tonumber(string.match(place, '^%d+')) <= expired then
  from = string.format('%.0f', expired + 1)
end
local entries, bytes = {}, 0
while true do
  local step = math.min(STEP, countMax - #entries)
  local some = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', step)
  for _, entry in ipairs(some) do
    entries[#entries + 1] = entry
    bytes = bytes + #entry[2][2]
    if #entries == countMax or bytes >= bytesMax then
      return {1, entries}
    end
  end
  if #some < step then
    return {0, entries}
  end
  from = '(' .. entries[#entries][1]
end
