-- Writes down tasks that are owed, each due after a while. One that is written down already stays
-- as it is.
--
-- KEYS[1] {<queue>:<shard>}:due, sorted set: tasks, by the ms at which they are due times 1,024,
--   plus how often they were tried
-- ARGV[1] ms from now; all of ARGV after it: tasks
--
-- Returns how many were not there before.
-- Lost reply, or runs twice: written down once. Primary gone: all of them or none.
local time = redis.call('TIME')
local due = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
local score = string.format('%.0f', due * 1024)
local added = 0
for i = 2, #ARGV do
  added = added + redis.call('ZADD', KEYS[1], 'NX', score, ARGV[i])
end
return added
