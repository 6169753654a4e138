-- Claims prekeys under an idempotency key: one entry of each pool for one device or for all devices
-- of an account, and a record of the answer, in one step. With a record nothing is taken, and the
-- answer is the recorded one. Nothing is taken from a device that cannot be answered for. An entry
-- of an earlier epoch is burned and the next one taken.
--
-- KEYS[1] {aci}:idempotency:<hash of caller and key>, string: the record, with a time to live
-- KEYS[2] {aci}:devices, hash: device ids
-- ARGV[1] the hash tag with its colon; ARGV[2] identity, aci or pni
-- ARGV[3] device id, or * for all
-- ARGV[4] how long the record is kept, in ms
-- ARGV[5] the pool that is popped first, ARGV[6] the one after it
-- then of ARGV the devices from which one-time keys may be taken; the others are served without
--
-- Returns {status, rows, burned}. A row is {device id, identity, registration id, signed, last,
-- ec-last, first entry, second entry}, an absent one of the last five is empty; burned counts
-- entries of an earlier epoch.
-- 0: claimed now. 1: claimed before, the rows of that time. On all others rows are empty and
-- nothing has been taken: 2: the key was used for another device or identity; 3: no such account;
-- 4: no such device; 5: no device of it has keys.
-- Lost reply: run it again with the same key, the answer comes from the record.
-- Runs twice: the second run answers from the record, while it lives.
-- Primary gone: record and pops are replicated together or not at all. In the second case the
-- keys are in the pool again, and an answer that did go out has spent them: see redis.durability.
local scope = ARGV[2] .. ':' .. ARGV[3]
local record = redis.call('GET', KEYS[1])
if record then
  local kept = cmsgpack.unpack(record)
  if kept[1] ~= scope then
    return {2, {}, 0}
  end
  return {1, kept[2], 0}
end

local devices = {ARGV[3]}
if ARGV[3] == '*' then
  devices = redis.call('HKEYS', KEYS[2])
  if #devices == 0 then
    return {3, {}, 0}
  end
  table.sort(devices, function(a, b) return tonumber(a) < tonumber(b) end)
end

local burned = 0
local mayTake = {}
for i = 7, #ARGV do
  mayTake[ARGV[i]] = true
end
local function pop(pool, device, epoch)
  if not mayTake[device] then
    return ''
  end
  local key = ARGV[1] .. 'pool:' .. ARGV[2] .. ':' .. pool .. ':' .. device
  local prefix = struct.pack('>I2', epoch % 65536)
  local entry = redis.call('LPOP', key)
  while entry and string.sub(entry, 1, 2) ~= prefix do
    burned = burned + 1
    entry = redis.call('LPOP', key)
  end
  return entry or ''
end

local rows, found = {}, false
for _, device in ipairs(devices) do
  local keys = ARGV[1] .. 'keys:' .. ARGV[2] .. ':' .. device
  local f = redis.call('HMGET', keys, 'epoch', 'identity', 'reg', 'signed', 'last', 'ec-last')
  found = found or f[1] or f[2]
  if f[1] and f[2] and f[3] and f[4] and (#rows == 0 or rows[1][2] == f[2]) then
    local epoch = tonumber(f[1])
    rows[#rows + 1] = {
      device, f[2], f[3], f[4], f[5] or '', f[6] or '',
      pop(ARGV[5], device, epoch), pop(ARGV[6], device, epoch)
    }
  end
end
if #rows == 0 then
  return {(found or ARGV[3] == '*') and 5 or 4, {}, 0}
end
redis.call('SET', KEYS[1], cmsgpack.pack({scope, rows}), 'PX', ARGV[4])
return {0, rows, burned}
