-- Keeps the code by which one further device can be linked to an account; it replaces the one
-- before. It is a field of the account, and so goes with it, and with a registration anew.
--
-- KEYS[1] {aci}:account, hash; the field "link" is "<ms of its end>:<code>"
-- ARGV[1] the code, ARGV[2] how long it holds, in ms
--
-- Returns 1, or 0 where there is no such account: nothing is done then.
-- Lost reply, or runs twice: the later code holds. Primary gone: the code is not known, and linking
-- begins again.
local known = redis.call('HMGET', KEYS[1], 'created', 'gone')
if not known[1] or known[2] then
  return 0
end
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'link', string.format('%.0f', ends) .. ':' .. ARGV[1])
return 1
