-- Stores an upload of one device: identity key, signed and last-resort keys, and batches of
-- one-time keys, all or nothing. A batch of which at least one key is new to the pool's ledger
-- replaces the pool; of it those are dropped that the ledger knows and that no longer wait as they
-- are: they were handed out, or may have been. A batch without a new key, such as a late duplicate
-- of an old upload, leaves the pool as it is. Of equal public keys in one batch the first is kept.
-- The last of a batch, in the order of handing out, go to the reserve. Entries get the epoch of the
-- keys they belong to before them. Another identity key (only from the primary device, only where
-- the upload names it) begins a new epoch: pools, signed and last-resort keys of all devices under
-- this identity go. Ledgers stay.
--
-- KEYS[1] {aci}:account, hash; its field "epoch" is the highest epoch ever used in the account
-- KEYS[2] {aci}:devices, hash: device id to "<registration id>:<PNI registration id>"
-- KEYS[3] {aci}:keys:<identity>:<device>, hash; KEYS[4] the same of device 1
-- KEYS[5] {aci}:ledger:<identity>:<device>, hash: pool to packed fingerprints, also of pools that
--   were deleted
-- KEYS[6] and every second one after it: a pool, list; KEYS[7] and so on: its reserve, list
-- ARGV[1] the hash tag with its colon; ARGV[2] identity, aci or pni; ARGV[3] device id
-- ARGV[4] the identity key against which the signatures were verified; empty where it is about none
-- ARGV[5] 1 where the upload names that key itself, 0 where it is the one that was stored
-- ARGV[6] how many fingerprints a ledger keeps; ARGV[7] how many keys a reserve has at most
-- ARGV[8] how many named pools a device may have, ARGV[9] how many names its ledger may have
-- ARGV[10] number of fields, then field and value of each: they are set in KEYS[3]
-- then of ARGV for each pool: its name; the end of the reserve that is its own, l or r, and the
-- field of KEYS[3] that tells how many entries each end has; oldest or newest first; seconds until
-- all entries expire, 0 for never; number of entries; the 8-byte fingerprints of their keys,
-- packed;
-- the entries without epoch
--
-- Returns {status, epoch, kept, dropped, kept, dropped, ...}, a pair for each pool in turn; kept
-- are those of the batch that wait now.
-- status 0: stored. On all others nothing has changed, and every number after it is 0:
-- 1: there is no such device (any more); 2: no identity key is stored, and none was named;
-- 3: another identity key is stored than the signatures were verified against;
-- 4: a linked device named another identity key than the account's; 5: too many pools; 6: too many
-- names in the ledger, which no deletion of a pool takes away.
-- Lost reply: send the upload again; what was handed out meanwhile is dropped then.
-- Runs twice: the same, the pool ends up with what still waits in it.
-- Primary gone: the step is replicated whole or not at all.
local pools = (#KEYS - 5) / 2

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
local changes = false
if ARGV[4] ~= '' then
  if not stored and not named then
    return refuse(2)
  end
  changes = stored ~= ARGV[4]
  if changes and not named then
    return refuse(3)
  end
  if changes and stored and ARGV[3] ~= '1' then
    return refuse(4)
  end
end

local fieldsEnd = 10 + 2 * tonumber(ARGV[10])
local function poolsOf(keys)
  local names = {}
  for _, field in ipairs(redis.call('HKEYS', keys)) do
    names[#names + 1] = string.match(field, '^pool:(.+)$')
  end
  return names
end
local at = fieldsEnd + 1
if ARGV[4] == '' then
  -- The two of the Signal protocol do not count.
  local count, logged, newest = 0, redis.call('HLEN', KEYS[5]), 0
  for _, name in ipairs(poolsOf(KEYS[3])) do
    count = count + ((name == 'ec' or name == 'kem') and 0 or 1)
  end
  for _, name in ipairs({'ec', 'kem'}) do
    logged = logged - redis.call('HEXISTS', KEYS[5], name)
  end
  for _ = 1, pools do
    local entries = tonumber(ARGV[at + 5])
    count = count + 1 - redis.call('HEXISTS', KEYS[3], 'pool:' .. ARGV[at])
    if entries > 0 then
      newest = newest + 1 - redis.call('HEXISTS', KEYS[5], ARGV[at])
    end
    at = at + 7 + entries
  end
  if count > tonumber(ARGV[8]) then
    return refuse(5)
  end
  if newest > 0 and logged + newest > tonumber(ARGV[9]) then
    return refuse(6)
  end
end

local epoch = tonumber(redis.call('HGET', KEYS[3], 'epoch') or 0)
if changes or epoch == 0 then
  epoch = math.max(epoch, tonumber(redis.call('HGET', KEYS[1], 'epoch') or 0)) + 1
  redis.call('HSET', KEYS[1], 'epoch', epoch)
  redis.call('HSET', KEYS[3], 'epoch', epoch)
end
if stored and changes then
  for _, device in ipairs(redis.call('HKEYS', KEYS[2])) do
    local keys = ARGV[1] .. 'keys:' .. ARGV[2] .. ':' .. device
    for _, pool in ipairs(poolsOf(keys)) do
      redis.call('DEL', ARGV[1] .. 'pool:' .. ARGV[2] .. ':' .. pool .. ':' .. device)
      redis.call('DEL', ARGV[1] .. 'reserve:' .. ARGV[2] .. ':' .. pool .. ':' .. device)
    end
    redis.call('DEL', ARGV[1] .. 'reserve:' .. ARGV[2] .. ':' .. device)
    local reg = redis.call('HGET', keys, 'reg')
    redis.call('DEL', keys)
    redis.call('HSET', keys, 'identity', ARGV[4], 'epoch', epoch)
    if reg then
      redis.call('HSET', keys, 'reg', reg)
    end
  end
end

local now = tonumber(redis.call('TIME')[1])
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[3], 'identity', ARGV[4])
  local reg, pniReg = string.match(registrations, '^(%d+):?(%d*)$')
  if reg then
    redis.call('HSET', KEYS[3], 'reg', ARGV[2] == 'pni' and pniReg ~= '' and pniReg or reg)
  end
end
for i = 11, fieldsEnd, 2 do
  if ARGV[i] == 'signed' then
    -- The age of a key is not that of its signature: id and public key are its first 36 bytes.
    local before = redis.call('HGET', KEYS[3], 'signed') or ''
    if string.sub(before, 1, 36) ~= string.sub(ARGV[i + 1], 1, 36) then
      redis.call('HSET', KEYS[3], 'signed-at', now)
    end
  end
  redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
end

local prefix = struct.pack('>I2', epoch % 65536)
local reach = tonumber(ARGV[6]) * 8

-- Which of these fingerprints the ledger knows; they all are its newest afterwards. It is read as
-- numbers of 6 bytes, and only what looks known is cut out as a string: thousands of strings would
-- stop all of Redis for milliseconds.
local chunk = 256
local chunkFormat = '>' .. string.rep('I6xx', chunk)
local function enter(pool, prints)
  local seen, near, newest = {}, {}, {}
  for i = 1, #prints, 8 do
    local print = string.sub(prints, i, i + 7)
    if not seen[print] then
      seen[print] = true
      near[struct.unpack('>I6', print)] = true
      newest[#newest + 1] = print
    end
  end
  local log = redis.call('HGET', KEYS[5], pool) or ''
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
  redis.call('HSET', KEYS[5], pool, string.sub(table.concat(parts), -reach))
  return known
end

-- The entries that wait in a pool and in its end of the reserve, without epoch.
local function waiting(list, reserve, side)
  local found = {}
  for _, entry in ipairs(redis.call('LRANGE', list, 0, -1)) do
    if string.sub(entry, 1, 2) == prefix then
      found[string.sub(entry, 3)] = true
    end
  end
  for _, entry in ipairs(redis.call('LRANGE', reserve, 0, -1)) do
    if string.sub(entry, 1, 3) == side .. prefix then
      found[string.sub(entry, 4)] = true
    end
  end
  return found
end

-- Empties one end of the reserve and fills it: what is handed out next lies outermost.
local function setAside(reserve, side, field, entries, from)
  local first, pop, push = 0, 'LPOP', 'LPUSH'
  if side == 'r' then
    first, pop, push = -1, 'RPOP', 'RPUSH'
  end
  local outer = redis.call('LINDEX', reserve, first)
  while outer and string.sub(outer, 1, 1) == side do
    redis.call(pop, reserve)
    outer = redis.call('LINDEX', reserve, first)
  end
  for i = #entries, from, -1 do
    redis.call(push, reserve, side .. entries[i])
  end
  local left, right = string.match(redis.call('HGET', KEYS[3], field) or '', '^(%d+):(%d+)$')
  left, right = left or 0, right or 0
  if side == 'l' then
    left = #entries + 1 - from
  else
    right = #entries + 1 - from
  end
  redis.call('HSET', KEYS[3], field, left .. ':' .. right)
end

local function replace(list, reserve, at)
  local name, side, field, order = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local ttl, count, prints = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5]), ARGV[at + 6]
  local meta = now .. ':' .. order .. ':' .. ttl
  if ARGV[4] == '' then
    redis.call('HSETNX', KEYS[3], 'pool:' .. name, meta)
  end
  if count == 0 then
    return 0, 0
  end
  local waits = waiting(list, reserve, side)
  local known = enter(name, prints)
  local kept, seen, new = {}, {}, false
  for i = 1, count do
    local print = string.sub(prints, i * 8 - 7, i * 8)
    local entry = ARGV[at + 6 + i]
    if not seen[print] and (not known[print] or waits[entry]) then
      kept[#kept + 1] = prefix .. entry
      new = new or not known[print]
    end
    seen[print] = true
  end
  if new then
    if order == 'newest' then
      for i = 1, math.floor(#kept / 2) do
        kept[i], kept[#kept + 1 - i] = kept[#kept + 1 - i], kept[i]
      end
    end
    local main = #kept - math.min(tonumber(ARGV[7]), math.floor(#kept / 10))
    redis.call('HSET', KEYS[3], 'pool:' .. name, meta)
    redis.call('DEL', list)
    for i = 1, main, 1000 do
      redis.call('RPUSH', list, unpack(kept, i, math.min(i + 999, main)))
    end
    setAside(reserve, side, field, kept, main + 1)
    if ttl > 0 then
      redis.call('EXPIRE', list, ttl)
      redis.call('EXPIRE', reserve, ttl)
    end
  end
  return #kept, count - #kept
end

local reply = {0, epoch}
at = fieldsEnd + 1
for i = 1, pools do
  local kept, dropped = replace(KEYS[4 + 2 * i], KEYS[5 + 2 * i], at)
  reply[#reply + 1] = kept
  reply[#reply + 1] = dropped
  at = at + 7 + tonumber(ARGV[at + 5])
end
return reply
