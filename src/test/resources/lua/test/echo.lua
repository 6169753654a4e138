-- Returns what it was given.
-- KEYS[1] any key
-- ARGV[1] any bytes
-- Returns ARGV[1].
return ARGV[1]
