-- Puts a task off, unless it is owed no more.
--
-- KEYS[1] {<queue>:<shard>}:due, sorted set: tasks, by the ms at which they are due times 1,024,
--   plus how often they were tried
-- ARGV[1] task; ARGV[2] ms from now; ARGV[3] how often it was tried, up to 1,023
--
-- Returns 1, or 0 where it is owed no more.
-- Lost reply, or runs twice: put off. Primary gone: it is put off, or due after its lease.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 0
end
local time = redis.call('TIME')
local due = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[2])
redis.call('ZADD', KEYS[1], string.format('%.0f', due * 1024 + tonumber(ARGV[3])), ARGV[1])
return 1
