-- Claims under an idempotency key: one entry of each pool of a group for one device or for all
-- devices of an account, and a record of the answer, in one step. With a record nothing is taken,
-- and the answer is the recorded one, as long as there is the account. Nothing is taken from a
-- device that cannot be answered for. An entry of an earlier epoch is burned and the next one
-- taken.
--
-- KEYS[1] {aci}:idempotency:<hash of caller and key>, string: the record, with a time to live
-- KEYS[2] {aci}:devices, hash: device ids; a tombstone has none
-- ARGV[1] the hash tag with its colon; ARGV[2] identity, aci or pni
-- ARGV[3] device id, or * for all; ARGV[4] what the key is used for, apart from the device
-- ARGV[5] how long the record is kept, in ms
-- ARGV[6] 1 where the caller may claim nothing new: then only a record is answered
-- ARGV[7] 8 bytes that stand for the taker of a reserve, empty where nobody is asked who he is;
-- ARGV[8] how many takers of a device are remembered; ARGV[9] for how many seconds
-- ARGV[10] number of fields to read of a device; ARGV[11] how many of the first of them it must
--   have to be served; where these are more than one, the second is the same in all rows
-- then of ARGV the fields; number of pools, and for each its name, the end of the reserve that is
-- its own (l or r), what stands between tag and device in the name of the reserve, and the field
-- that tells how many entries each end has; and pairs of a device from which may be taken and what:
-- 1 its pools, 2 their reserve, 3 both
--
-- Returns {status, rows, burned}. A row is {device id, fields, entries}, with an empty string for
-- an absent field or entry; burned counts entries of an earlier epoch.
-- 0: claimed now. 1: claimed before, the rows of that time. On all others rows are empty and
-- nothing has been taken: 2: the key was used for something else; 3: no such account (any more,
-- and no record of it is told then); 4: no such device; 5: no device of it has keys; 6: no record,
-- and nothing new may be claimed.
-- Lost reply: run it again with the same key, the answer comes from the record.
-- Runs twice: the second run answers from the record, while it lives.
-- Primary gone: record and pops are replicated together or not at all. In the second case the
-- keys are in the pool again, and an answer that did go out has spent them: see redis.durability.
local scope = ARGV[4] .. ':' .. ARGV[3]
if redis.call('EXISTS', KEYS[2]) == 0 then
  return {3, {}, 0}
end
local record = redis.call('GET', KEYS[1])
if record then
  local kept = cmsgpack.unpack(record)
  if kept[1] ~= scope then
    return {2, {}, 0}
  end
  return {1, kept[2], 0}
end
if ARGV[6] == '1' then
  return {6, {}, 0}
end

local devices = {ARGV[3]}
if ARGV[3] == '*' then
  devices = redis.call('HKEYS', KEYS[2])
  table.sort(devices, function(a, b) return tonumber(a) < tonumber(b) end)
end

local at = 12
local fields, pools, allowed = {}, {}, {}
for _ = 1, tonumber(ARGV[10]) do
  fields[#fields + 1] = ARGV[at]
  at = at + 1
end
local poolsEnd = at + 4 * tonumber(ARGV[at])
for i = at + 1, poolsEnd, 4 do
  pools[#pools + 1] = {name = ARGV[i], side = ARGV[i + 1], from = ARGV[i + 2], field = ARGV[i + 3]}
end
for i = poolsEnd + 1, #ARGV, 2 do
  local what = tonumber(ARGV[i + 1])
  allowed[ARGV[i]] = {pools = what % 2 == 1, reserve = what >= 2}
end

local burned = 0
local function pop(pool, device, prefix)
  local key = ARGV[1] .. 'pool:' .. ARGV[2] .. ':' .. pool.name .. ':' .. device
  local entry = redis.call('LPOP', key)
  while entry and string.sub(entry, 1, 2) ~= prefix do
    burned = burned + 1
    entry = redis.call('LPOP', key)
  end
  return entry or ''
end

local function popReserve(pool, device, prefix)
  local key = ARGV[1] .. pool.from .. device
  local first, verb = 0, 'LPOP'
  if pool.side == 'r' then
    first, verb = -1, 'RPOP'
  end
  local keys = ARGV[1] .. 'keys:' .. ARGV[2] .. ':' .. device
  local counts, found = {}, ''
  counts.l, counts.r = string.match(redis.call('HGET', keys, pool.field) or '', '^(%d+):(%d+)$')
  if not counts.l then
    return ''
  end
  while found == '' do
    local entry = redis.call('LINDEX', key, first)
    if not entry or string.sub(entry, 1, 1) ~= pool.side then
      counts[pool.side] = 0
      break
    end
    redis.call(verb, key)
    counts[pool.side] = math.max(0, counts[pool.side] - 1)
    if string.sub(entry, 2, 3) == prefix then
      found = string.sub(entry, 2)
    else
      burned = burned + 1
    end
  end
  redis.call('HSET', keys, pool.field, counts.l .. ':' .. counts.r)
  return found
end

local function mayTakeReserve(device)
  if not allowed[device] or not allowed[device].reserve then
    return false
  end
  local takers = redis.call('GET', ARGV[1] .. 'takers:' .. device) or ''
  for i = 1, #takers, 8 do
    if ARGV[7] == string.sub(takers, i, i + 7) then
      return false
    end
  end
  return true
end

local function take(device, prefix)
  local entries, reserve, took = {}, nil, false
  for i, pool in ipairs(pools) do
    local open = allowed[device] and allowed[device].pools
    entries[i] = open and pop(pool, device, prefix) or ''
    if entries[i] == '' and reserve == nil then
      reserve = mayTakeReserve(device)
    end
    if entries[i] == '' and reserve then
      entries[i] = popReserve(pool, device, prefix)
      took = took or entries[i] ~= ''
    end
  end
  if took and ARGV[7] ~= '' then
    local key = ARGV[1] .. 'takers:' .. device
    local takers = (redis.call('GET', key) or '') .. ARGV[7]
    redis.call('SET', key, string.sub(takers, -8 * tonumber(ARGV[8])), 'EX', ARGV[9])
  end
  return entries
end

local required = tonumber(ARGV[11])
local rows, found = {}, false
for _, device in ipairs(devices) do
  local keys = ARGV[1] .. 'keys:' .. ARGV[2] .. ':' .. device
  local f = redis.call('HMGET', keys, unpack(fields))
  found = found or f[1] or f[2]
  local serves = true
  for i = 1, required do
    serves = serves and f[i]
  end
  if serves and (required < 2 or #rows == 0 or rows[1][3] == f[2]) then
    local row = {device}
    for i = 1, #fields do
      row[#row + 1] = f[i] or ''
    end
    for _, entry in ipairs(take(device, struct.pack('>I2', tonumber(f[1]) % 65536))) do
      row[#row + 1] = entry
    end
    rows[#rows + 1] = row
  end
end
if #rows == 0 then
  return {(found or ARGV[3] == '*') and 5 or 4, {}, 0}
end
redis.call('SET', KEYS[1], cmsgpack.pack({scope, rows}), 'PX', ARGV[5])
return {0, rows, burned}
