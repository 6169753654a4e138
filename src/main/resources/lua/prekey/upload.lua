-- Stores an upload of one device: identity key, signed and last-resort keys, and batches of
-- one-time keys, all or nothing. A non-empty batch replaces its pool, except for keys that the
-- pool's ledger knows and that no longer wait in the pool: those were handed out, or may have been,
-- and are dropped. A batch of which nothing is left leaves the pool as it is. Of equal public keys
-- in one batch the first is kept. Entries get the epoch of the keys they belong to before them.
-- Another identity key (only from the primary device, only where the upload names it) begins a new
-- epoch: pools, signed and last-resort keys of all devices under this identity go. Ledgers stay.
--
-- KEYS[1] {aci}:account, hash; its field "epoch" is the highest epoch ever used in the account
-- KEYS[2] {aci}:devices, hash: device id to "<registration id>:<PNI registration id>"
-- KEYS[3] {aci}:keys:<identity>:<device>, hash; KEYS[4] the same of device 1
-- KEYS[5] and every second one after it: a pool, list; KEYS[6] and so on: its ledger, string
-- ARGV[1] the hash tag with its colon; ARGV[2] identity, aci or pni; ARGV[3] device id
-- ARGV[4] the identity key against which the signatures were verified
-- ARGV[5] 1 where the upload names that key itself, 0 where it is the one that was stored
-- ARGV[6] signed, ARGV[7] last, ARGV[8] ec-last: packed keys, empty leaves what is there
-- ARGV[9] how many fingerprints a ledger keeps
-- ARGV[10] the names of all pools, with commas between
-- then of ARGV for each pool: number of entries; first and last byte of the public key in an entry,
-- from 1; the 8-byte fingerprints of the public keys, packed; the entries without epoch
--
-- Returns {status, epoch, kept, dropped, kept, dropped, ...} with a pair for each pool in turn.
-- status 0: stored. On all others nothing has changed, and every number after it is 0:
-- 1: there is no such device (any more); 2: no identity key is stored, and none was named;
-- 3: another identity key is stored than the signatures were verified against;
-- 4: a linked device named another identity key than the account's.
-- Lost reply: send the upload again; what was handed out meanwhile is dropped then.
-- Runs twice: the same, the pool ends up with what still waits in it.
-- Primary gone: the step is replicated whole or not at all.
local pools = (#KEYS - 4) / 2

local function refuse(status)
  local reply = {status, 0}
  for _ = 1, pools do
    reply[#reply + 1] = 0
    reply[#reply + 1] = 0
  end
  return reply
end

local registrations = redis.call('HGET', KEYS[2], ARGV[3])
if not registrations or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then
  return refuse(1)
end
local stored = redis.call('HGET', KEYS[3], 'identity') or redis.call('HGET', KEYS[4], 'identity')
local named = ARGV[5] == '1'
if not stored and not named then
  return refuse(2)
end
if stored ~= ARGV[4] then
  if not named then
    return refuse(3)
  end
  if stored and ARGV[3] ~= '1' then
    return refuse(4)
  end
end

local epoch = tonumber(redis.call('HGET', KEYS[3], 'epoch') or 0)
if stored ~= ARGV[4] or epoch == 0 then
  epoch = math.max(epoch, tonumber(redis.call('HGET', KEYS[1], 'epoch') or 0)) + 1
  redis.call('HSET', KEYS[1], 'epoch', epoch)
  redis.call('HSET', KEYS[3], 'epoch', epoch)
end
if stored and stored ~= ARGV[4] then
  for _, device in ipairs(redis.call('HKEYS', KEYS[2])) do
    local keys = ARGV[1] .. 'keys:' .. ARGV[2] .. ':' .. device
    redis.call('HSET', keys, 'identity', ARGV[4], 'epoch', epoch)
    redis.call('HDEL', keys, 'signed', 'last', 'ec-last')
    for pool in string.gmatch(ARGV[10], '[^,]+') do
      redis.call('DEL', ARGV[1] .. 'pool:' .. ARGV[2] .. ':' .. pool .. ':' .. device)
    end
  end
end

redis.call('HSET', KEYS[3], 'identity', ARGV[4])
local reg, pniReg = string.match(registrations, '^(%d+):?(%d*)$')
if reg then
  redis.call('HSET', KEYS[3], 'reg', ARGV[2] == 'pni' and pniReg ~= '' and pniReg or reg)
end
for i, field in ipairs({'signed', 'last', 'ec-last'}) do
  if ARGV[5 + i] ~= '' then
    redis.call('HSET', KEYS[3], field, ARGV[5 + i])
  end
end

local prefix = struct.pack('>I2', epoch % 65536)
local reach = tonumber(ARGV[9]) * 8

-- Which of these fingerprints the ledger knows; they all are its newest afterwards. It is read as
-- numbers of 6 bytes, and only what looks known is cut out as a string: thousands of strings would
-- stop all of Redis for milliseconds.
local chunk = 256
local chunkFormat = '>' .. string.rep('I6xx', chunk)
local function enter(ledger, prints)
  local seen, near, newest = {}, {}, {}
  for i = 1, #prints, 8 do
    local print = string.sub(prints, i, i + 7)
    if not seen[print] then
      seen[print] = true
      near[struct.unpack('>I6', print)] = true
      newest[#newest + 1] = print
    end
  end
  local log = redis.call('GET', ledger) or ''
  local known, parts, from = {}, {}, 1
  for first = 1, #log, 8 * chunk do
    local count = math.min(chunk, (#log - first + 1) / 8)
    local format = count == chunk and chunkFormat or '>' .. string.rep('I6xx', count)
    local numbers = {struct.unpack(format, log, first)}
    for i = 1, count do
      if near[numbers[i]] then
        local at = first + 8 * (i - 1)
        local print = string.sub(log, at, at + 7)
        if seen[print] then
          known[print] = true
          parts[#parts + 1] = string.sub(log, from, at - 1)
          from = at + 8
        end
      end
    end
  end
  parts[#parts + 1] = string.sub(log, from)
  parts[#parts + 1] = table.concat(newest)
  redis.call('SET', ledger, string.sub(table.concat(parts), -reach))
  return known
end

local function replace(pool, ledger, at)
  local count, from, to = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local prints = ARGV[at + 3]
  if count == 0 then
    return 0, 0
  end
  local waiting = {}
  for _, entry in ipairs(redis.call('LRANGE', pool, 0, -1)) do
    if string.sub(entry, 1, 2) == prefix then
      waiting[string.sub(entry, from + 2, to + 2)] = true
    end
  end
  local known = enter(ledger, prints)
  local kept, seen = {}, {}
  for i = 1, count do
    local print = string.sub(prints, i * 8 - 7, i * 8)
    local entry = ARGV[at + 3 + i]
    local isSpent = known[print] and not waiting[string.sub(entry, from, to)]
    if not seen[print] and not isSpent then
      kept[#kept + 1] = prefix .. entry
    end
    seen[print] = true
  end
  if #kept > 0 then
    redis.call('DEL', pool)
    for i = 1, #kept, 1000 do
      redis.call('RPUSH', pool, unpack(kept, i, math.min(i + 999, #kept)))
    end
  end
  return #kept, count - #kept
end

local reply = {0, epoch}
local at = 11
for i = 1, pools do
  local kept, dropped = replace(KEYS[3 + 2 * i], KEYS[4 + 2 * i], at)
  reply[#reply + 1] = kept
  reply[#reply + 1] = dropped
  at = at + 4 + tonumber(ARGV[at])
end
return reply
