-- Decides whether a device gets a push that it is owed, and spends its budget on it.
--
-- KEYS[1] {aci}:device:<id>, hash; KEYS[2] its mailbox, stream
-- KEYS[3] {aci}:push-budget:<id>, string: ms at which the budget is whole again
-- KEYS[4] {aci}:push-quiet:<id>, string: there while no further quiet push is due
-- ARGV[1] what is owed: e an envelope; q word of quiet mail; l word of mail that a lost connection
--   left; s word of prekeys that run low; x one push for all that were over the budget
-- ARGV[2] stream id and ARGV[3] nonce (8 bytes) of the envelope; ARGV[4] the doorbell
-- ARGV[5] pushes of a whole budget; ARGV[6] ms in which one of them comes back
-- ARGV[7] ms between quiet pushes; ARGV[8] how often it was tried: only the first try costs budget
-- ARGV[9] 1 where devices without a token get pushes as well
--
-- Returns {0} where nothing is owed: no such device, no token, envelope or mail gone, or somebody
-- listens (q and l); {2, ms} where it is too early; or {1, APNs token, FCM token, Web Push
-- subscription, 1 where the device fetches its messages, stored envelope}, empty for what is not.
-- Lost reply: the budget is spent on nothing. Runs twice: it is spent twice. Primary gone: a push
-- more than the budget, at most.
local device = redis.call('HMGET', KEYS[1], 'created', 'apn', 'gcm', 'webpush', 'fetches')
local reachable = device[2] or device[3] or device[4] or ARGV[9] == '1'
if not device[1] or not reachable then
  return {0}
end

local kind, first, stored = ARGV[1], ARGV[8] == '0', ''
if kind == 'e' then
  local entry = redis.call('XRANGE', KEYS[2], ARGV[2], ARGV[2])[1]
  if not entry or entry[2][4] ~= ARGV[3] then
    return {0}
  end
  stored = entry[2][2]
elseif kind ~= 's' and redis.call('XLEN', KEYS[2]) == 0 then
  return {0}
end
if (kind == 'q' or kind == 'l') and redis.call('SPUBLISH', ARGV[4], 'n') > 0 then
  return {0}
end
if kind == 'q' and first then
  local quietMs = redis.call('PTTL', KEYS[4])
  if quietMs > 0 then
    return {2, quietMs}
  end
end

if first then
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local pushes, step = tonumber(ARGV[5]), tonumber(ARGV[6])
  local whole = math.max(now, tonumber(redis.call('GET', KEYS[3]) or 0)) + step
  local earlyMs = whole - now - pushes * step
  if earlyMs > 0 then
    return {2, earlyMs}
  end
  redis.call('SET', KEYS[3], string.format('%.0f', whole), 'PX', whole - now)
end
if kind == 'q' then
  redis.call('SET', KEYS[4], '1', 'PX', ARGV[7])
end
return {1, device[2] or '', device[3] or '', device[4] or '', device[5] or '0', stored}
