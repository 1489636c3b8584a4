-- Keeps a bucket closed for at least so long from now, by the server's own clock.
-- KEYS: the bucket. ARGV: milliseconds.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local until_when = now + ARGV[1] * 1000
if until_when > tonumber(redis.call('HGET', KEYS[1], 'paused') or 0) then
  redis.call('HSET', KEYS[1], 'paused', string.format('%.0f', until_when))
  redis.call('HSETNX', KEYS[1], 'at', string.format('%.0f', now))
end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[1]))
end
