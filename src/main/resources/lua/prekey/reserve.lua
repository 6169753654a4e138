-- Takes entries from the reserve of pools that were found empty, for a taker who may: once for each
-- taker and device, as long as the record of takers reaches.
--
-- KEYS[1] {aci}:keys:<identity>:<device>, hash
-- KEYS[2] a reserve, list: entries of one pool at its left end, of another at its right end, each
--   with l or r and its epoch before it
-- KEYS[3] {aci}:takers:<device>, string: 8 bytes for each taker, with a time to live
-- ARGV[1] the epoch in which the claim read the keys; ARGV[2] the field of KEYS[1] that tells how
-- many entries each end has, "<left>:<right>"; ARGV[3] the ends that are wanted: l, r or lr
-- ARGV[4] 8 bytes that stand for the taker; empty where nobody is asked who he is
-- ARGV[5] how many takers are remembered; ARGV[6] for how many seconds after the last one
--
-- Returns {left, right, burned}: an entry with its epoch, or empty where none was taken; burned
-- counts entries of an earlier epoch. Nothing is taken where the epoch is another one by now, or
-- where the taker is on record.
-- Lost reply: what was taken is burned, and the taker is on record.
-- Runs twice: the second run takes nothing, unless nobody is asked who he is.
-- Primary gone: entries and record are replicated together or not at all.
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return {'', '', 0}
end
local takers = ARGV[4] ~= '' and redis.call('GET', KEYS[3]) or ''
for i = 1, #takers, 8 do
  if string.sub(takers, i, i + 7) == ARGV[4] then
    return {'', '', 0}
  end
end

local prefix = struct.pack('>I2', tonumber(ARGV[1]) % 65536)
local counts, burned, took = {}, 0, false
counts.l, counts.r = string.match(redis.call('HGET', KEYS[1], ARGV[2]) or '', '^(%d+):(%d+)$')
local function take(side, first, pop)
  while string.find(ARGV[3], side, 1, true) do
    local entry = redis.call('LINDEX', KEYS[2], first)
    if not entry or string.sub(entry, 1, 1) ~= side then
      counts[side] = 0
      return ''
    end
    redis.call(pop, KEYS[2])
    counts[side] = math.max(0, (counts[side] or 0) - 1)
    if string.sub(entry, 2, 3) == prefix then
      took = true
      return string.sub(entry, 2)
    end
    burned = burned + 1
  end
  return ''
end
local left, right = take('l', 0, 'LPOP'), take('r', -1, 'RPOP')
redis.call('HSET', KEYS[1], ARGV[2], (counts.l or 0) .. ':' .. (counts.r or 0))
if took and ARGV[4] ~= '' then
  local record = string.sub(takers .. ARGV[4], -8 * tonumber(ARGV[5]))
  redis.call('SET', KEYS[3], record, 'EX', ARGV[6])
end
return {left, right, burned}
