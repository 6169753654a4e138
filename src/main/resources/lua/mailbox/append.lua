-- Takes one send for all devices of its destination, or for none: checks the account, its devices
-- and their registration ids, repeats the answer of a send that was taken before, trims what has
-- expired, checks the caps, appends to each device's stream and rings its doorbell with the word m.
-- A send that is online only is handed to the devices whose doorbell somebody hears, rung with o,
-- and leaves nothing elsewhere.
--
-- KEYS[1] {aci}:devices, hash; a tombstone has none
-- KEYS[2] the record of the idempotency key, string; the devices again where the send has none
-- then of KEYS for each parcel: its device's stream, byte counter (string) and online list
-- ARGV[1] whose registration ids count, aci or pni
-- ARGV[2] 1: parcels must be for exactly the account's devices; 0: those for others are passed over
-- ARGV[3] the device that sends to its own account and is not among them, 0 for none
-- ARGV[4] 0: store; 1: online only
-- ARGV[5] envelopes and ARGV[6] bytes a mailbox may hold; ARGV[7] ms that an envelope waits
-- ARGV[8] ms that an online envelope waits; ARGV[9] how many of these a device may have
-- ARGV[10] hash of the send, empty where it is not repeatable; ARGV[11] ms its record is kept
-- ARGV[12] 1 or 0, kept in the record
-- then of ARGV for each parcel: device, registration id or 0 for any, doorbell, nonce (8 bytes),
-- stored envelope, empty for that of the parcel before
--
-- Returns on every branch {status, flag, devices, devices, parcels}: the flag is ARGV[12], or the
-- record's; parcels has {device, landing, stream id, nonce, listeners} for each parcel, in order.
-- status 0: taken; 1: repeats one that was taken; and with nothing stored: 2: no such account (any
-- more, and no record of it is told then); 3: other devices, the first list has the missing, the
-- second the extra ones; 4: the first list has the devices with other registration ids; 5: a
-- mailbox is full; 6: the record is of another send. Lists are ascending, and empty where nothing
-- is said of them.
-- landing 0: nothing was done (status 2 to 6); 1: in the mailbox; 2: handed to a live
-- session; 3: dropped; 4: passed over; 5: was in the mailbox and is gone. The stream id is empty,
-- and nobody listens, but for 1 and 2 (2 has no stream id).
-- Lost reply, and runs twice: with an idempotency key the same answer and nothing more, otherwise
-- the envelopes are in the mailbox twice. Primary gone: replicated whole or not at all.
local PARCELS_FROM, KEYS_FROM = 12, 2
local NONE = {}
local count = (#ARGV - PARCELS_FROM) / 5
local exact, online = ARGV[2] == '1', ARGV[4] == '1'
local excluded = ARGV[3]

local parcels = {}
for i = 1, count do
  local a, k = PARCELS_FROM + (i - 1) * 5, KEYS_FROM + (i - 1) * 3
  parcels[i] = {
    device = ARGV[a + 1], registration = ARGV[a + 2], bell = ARGV[a + 3],
    nonce = ARGV[a + 4], stored = ARGV[a + 5] ~= '' and ARGV[a + 5] or parcels[i - 1].stored,
    mail = KEYS[k + 1], bytes = KEYS[k + 2], list = KEYS[k + 3],
  }
end

local function ascending(devices)
  table.sort(devices)
  return devices
end

local function refuse(status, first, second)
  local rows = {}
  for i, p in ipairs(parcels) do
    rows[i] = {tonumber(p.device), 0, '', p.nonce, 0}
  end
  return {status, tonumber(ARGV[12]), first or NONE, second or NONE, rows}
end

local function taken(status, flag, rows)
  return {status, tonumber(flag), NONE, NONE, rows}
end

local registrations, known = {}, redis.call('HGETALL', KEYS[1])
for i = 1, #known, 2 do
  registrations[known[i]] = known[i + 1]
end
if #known == 0 then
  return refuse(2)
end

if ARGV[10] ~= '' then
  local record = redis.call('GET', KEYS[2])
  if record then
    local hash, flag, rows = unpack(cmsgpack.unpack(record))
    if hash ~= ARGV[10] or #rows ~= count then
      return refuse(6)
    end
    for i, row in ipairs(rows) do
      local p = parcels[i]
      local found = redis.call('XRANGE', p.mail, row[3], row[3])[1]
      if found and found[2][4] == row[4] then
        -- Rung again: the first send's gateway may have died before it told anybody.
        rows[i] = {row[1], 1, row[3], row[4], redis.call('SPUBLISH', p.bell, 'm')}
      else
        rows[i] = {row[1], 5, '', row[4], 0}
      end
    end
    return taken(1, flag, rows)
  end
end

local addressed, missing, extra, stale = {}, {}, {}, {}
for i, p in ipairs(parcels) do
  local registered = p.device ~= excluded and registrations[p.device]
  if registered then
    addressed[p.device] = true
    local aci, pni = string.match(registered, '^(%d+):?(%d*)$')
    local expected = ARGV[1] == 'pni' and pni ~= '' and pni or aci
    if p.registration ~= '0' and p.registration ~= expected then
      stale[#stale + 1] = tonumber(p.device)
    end
  else
    extra[#extra + 1] = tonumber(p.device)
  end
end
for device in pairs(registrations) do
  if not addressed[device] and device ~= excluded then
    missing[#missing + 1] = tonumber(device)
  end
end
if exact and #missing + #extra > 0 then
  return refuse(3, ascending(missing), ascending(extra))
end
if #stale > 0 then
  return refuse(4, ascending(stale))
end

local function clock()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local rows = {}
if online then
  local now = clock()
  for i, p in ipairs(parcels) do
    local listeners = 0
    if addressed[p.device] then
      listeners = redis.call('SPUBLISH', p.bell, 'o')
    end
    if not addressed[p.device] then
      rows[i] = {tonumber(p.device), 4, '', p.nonce, 0}
    elseif listeners > 0 and redis.call('LLEN', p.list) < tonumber(ARGV[9]) then
      redis.call('RPUSH', p.list, struct.pack('>I8', now) .. p.nonce .. p.stored)
      redis.call('PEXPIRE', p.list, ARGV[8])
      rows[i] = {tonumber(p.device), 2, '', p.nonce, listeners}
    else
      rows[i] = {tonumber(p.device), 3, '', p.nonce, 0}
    end
  end
  return taken(0, ARGV[12], rows)
end

local envelopesMax, bytesMax, ttl = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local TRIM_STEP, TRIM_USUAL, TRIM_MAX = 16, 64, 1024

-- Trims what has expired, more of it where the parcel would not fit otherwise; the bytes that are
-- left, or nothing where it does not fit.
local function room(p)
  local length = redis.call('XLEN', p.mail)
  if length == 0 then
    return #p.stored <= bytesMax and 0 or nil
  end
  local bytes, expired = tonumber(redis.call('GET', p.bytes) or 0), clock() - ttl
  local trimmed, freed = 0, 0
  local function fits()
    return length - trimmed < envelopesMax and bytes - freed + #p.stored <= bytesMax
  end
  while length > trimmed and trimmed < (fits() and TRIM_USUAL or TRIM_MAX) do
    local oldest =
      redis.call('XRANGE', p.mail, '-', string.format('%.0f', expired), 'COUNT', TRIM_STEP)
    for _, entry in ipairs(oldest) do
      freed = freed + #entry[2][2]
      redis.call('XDEL', p.mail, entry[1])
    end
    trimmed = trimmed + #oldest
    if #oldest < TRIM_STEP then
      break
    end
  end
  if freed > 0 then
    redis.call('DECRBY', p.bytes, freed)
  end
  return fits() and bytes - freed or nil
end

local bytesBefore = {}
for i, p in ipairs(parcels) do
  if addressed[p.device] then
    bytesBefore[i] = room(p)
    if not bytesBefore[i] then
      return refuse(5)
    end
  end
end

for i, p in ipairs(parcels) do
  if addressed[p.device] then
    local id = redis.call('XADD', p.mail, '*', 'e', p.stored, 'r', p.nonce)
    local gone = string.format('%.0f', tonumber(string.match(id, '^%d+')) + ttl)
    redis.call('PEXPIREAT', p.mail, gone)
    redis.call('SET', p.bytes, bytesBefore[i] + #p.stored, 'PXAT', gone)
    rows[i] = {tonumber(p.device), 1, id, p.nonce, redis.call('SPUBLISH', p.bell, 'm')}
  else
    rows[i] = {tonumber(p.device), 4, '', p.nonce, 0}
  end
end
if ARGV[10] ~= '' and count > 0 then
  local record = cmsgpack.pack({ARGV[10], ARGV[12], rows})
  redis.call('SET', KEYS[2], record, 'PX', ARGV[11])
end
return taken(0, ARGV[12], rows)
