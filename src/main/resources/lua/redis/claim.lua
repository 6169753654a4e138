-- Claims tasks that are due, the longest overdue first: they are due again when the lease is over,
-- unless whoever claimed them has taken them away or put them off by then.
--
-- KEYS[1] {<queue>:<shard>}:due, sorted set: tasks, by the ms at which they are due times 1,024,
--   plus how often they were tried
-- ARGV[1] how many at most; ARGV[2] ms of the lease
--
-- Returns {ms until the next is due, -1 for none, task, how often it was tried, ...}.
-- Lost reply: they are due again after the lease. Runs twice: the second claims what the first
-- left.
-- Primary gone: they are due, or claimed.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local last = string.format('%.0f', now * 1024 + 1023)
local found =
  redis.call('ZRANGE', KEYS[1], '-inf', last, 'BYSCORE', 'LIMIT', 0, ARGV[1], 'WITHSCORES')
local reply = {-1}
for i = 1, #found, 2 do
  local tries = tonumber(found[i + 1]) % 1024
  local leased = string.format('%.0f', (now + tonumber(ARGV[2])) * 1024 + tries)
  redis.call('ZADD', KEYS[1], 'XX', leased, found[i])
  reply[#reply + 1] = found[i]
  reply[#reply + 1] = tries
end
local nearest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if #nearest > 0 then
  reply[1] = math.max(0, math.floor(tonumber(nearest[2]) / 1024) - now)
end
return reply
