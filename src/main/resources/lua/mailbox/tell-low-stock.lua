-- Tells a device's session that its prekeys run low. Where nobody hears it, one caller a day is
-- told to wake the device.
--
-- KEYS[1] {aci}:stock-woken:<device>, string: there while the device was woken for this
-- ARGV[1] the device's doorbell; ARGV[2] the word for it; ARGV[3] ms between two times to wake it
--
-- Returns 0: heard; 1: nobody hears, to be woken by this caller; 2: nobody hears, woken before.
-- Lost reply: the device is not woken, and is again a candidate after the interval.
-- Runs twice: the session reads its counts twice and tells its client once in its interval.
-- Primary gone: the device may be woken once more.
if redis.call('SPUBLISH', ARGV[1], ARGV[2]) > 0 then
  return 0
end
return redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[3]) and 1 or 2
