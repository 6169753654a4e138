-- Leaves a message for a new device that waits at a provisioning address, and rings there.
--
-- KEYS[1] provisioning:{<address>}, list: messages that nobody has taken yet
-- ARGV[1] the address's channel, in the same slot; ARGV[2] the message
-- ARGV[3] how many may lie there; ARGV[4] after how many ms nobody takes them any more
--
-- Returns 1; 0 where nobody waits there, 2 where too many lie there: nothing is done then.
-- Lost reply, or runs twice: the device may get the message twice, and takes the first.
-- Primary gone: the message is not there, and linking begins again.
if redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[3]) then
  return 2
end
if redis.call('SPUBLISH', ARGV[1], 'p') == 0 then
  return 0
end
redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
