-- Takes units from every bucket or from none: the generic cell rate algorithm of adapters/rates/local.ts, by the
-- server's own clock, in microseconds. Who comes late by up to `slack` is followed no later than if it had not been.
-- KEYS: the buckets. ARGV: 'send' or 'edit', then for each bucket spacing, slack, burst and what the send costs.
-- Returns {0, 0} when taken; else which bucket makes it wait longest, and for how many milliseconds.
local EDIT_YIELDS = 2

local function whole(number)
  return string.format('%.0f', number)
end

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local yields = ARGV[1] == 'edit' and EDIT_YIELDS or 0
local cells, longest, longest_wait = {}, 0, 0

for i, key in ipairs(KEYS) do
  local spacing, slack, burst, cost = unpack(ARGV, 4 * i - 2, 4 * i + 1)
  local known = redis.call('HMGET', key, 'arrival', 'paused', 'at')
  local last, paused, at = tonumber(known[1] or 0), tonumber(known[2] or 0), tonumber(known[3] or 0)
  if at > now then
    -- The clock went back, or another server's follows: what was written by it goes back with it, once.
    last, paused = last - (at - now), paused - (at - now)
    redis.call('HSET', key, 'arrival', whole(last), 'paused', whole(paused), 'at', whole(now))
  end
  local arrival = math.max(last, now - slack)
  cells[i] = { spacing = spacing, arrival = arrival, paused = paused, cost = cost }

  local wait = 0
  if last + yields * spacing > now then
    local room = burst * spacing
    local asked = math.min(cost * spacing, room)
    wait = arrival + asked - room + yields * spacing - now
  end
  wait = math.max(wait, paused - now)
  if wait > longest_wait then
    longest, longest_wait = i, wait
  end
end

if longest > 0 then
  return { longest, math.ceil(longest_wait / 1000) }
end

for i, key in ipairs(KEYS) do
  local cell = cells[i]
  local arrival = cell.arrival + cell.cost * cell.spacing
  redis.call('HSET', key, 'arrival', whole(arrival), 'at', whole(now))
  local rests = math.max(arrival + EDIT_YIELDS * cell.spacing, cell.paused)
  redis.call('PEXPIRE', key, math.ceil((rests - now) / 1000))
end
return { 0, 0 }
