/**
 * One partition of a rate limit: gives back, hears what the provider said, and grants units with a start, all on the
 * server's clock. A bucket is kept as the moment at which it is full again; a window as the moments at which units were
 * used at the latest. Grants are counted as used at the end of their hold, until it is told when they were. Numbers go as text, or Redis would cut them.
 */
export const rateScript: string = `
local key = KEYS[1]
local isBucket = ARGV[1] == 'bucket'
local capacity, per, refill = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local units, hold, horizon = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local backUnits, backSlot = tonumber(ARGV[8]), tonumber(ARGV[9])
local remaining, limit, reset, pause = tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])
local spent = tonumber(ARGV[14])
local usedUnits, usedSlot, usedAgo = tonumber(ARGV[15]), tonumber(ARGV[16]), tonumber(ARGV[17])

local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local known = redis.call('HMGET', key, 'full', 'log', 'paused', 'limit', 'serverLeft', 'serverUntil')
local function text(number) return string.format('%.3f', number) end

limit = limit or tonumber(known[4] or '')
local most = math.max(1, math.min(capacity, limit or capacity))
if not isBucket then most = math.floor(most) end
local paused = math.max(tonumber(known[3] or '') or 0, now + (pause or 0))
local count = math.min(units, most)
local start = math.max(now, paused)
local granted, slot, left, idle = 0, 0, 0, 0

if isBucket then
  local interval = per / refill
  local full = math.max(now, tonumber(known[1] or '') or 0)
  if backUnits > 0 then full = math.max(now, full - math.max(0, math.min(backUnits * interval, backSlot - now))) end
  full = full + spent * interval
  if remaining then full = math.max(full, now + (most - math.max(0, remaining)) * interval) end
  start = math.max(start, full + (count - most) * interval)
  if count > 0 and start - now <= horizon then
    granted = count
    full = math.max(full, start + hold) + count * interval
    slot = full
  end
  left = most - (full - now) / interval
  idle = full - now
  redis.call('HSET', key, 'full', text(full))
else
  local moments, counts, used = {}, {}, 0
  local grain = capacity > 1000 and per / 100 or 0.001
  local usedAt = tonumber(text(math.ceil((now - usedAgo) / grain) * grain))
  if usedAt >= usedSlot then usedUnits = 0 end
  local moved = 0
  for moment, number in string.gmatch(known[2] or '', '([%d.]+):([%d.]+)') do
    moment, number = tonumber(moment), tonumber(number)
    if moment == backSlot then
      number, backSlot = number - backUnits, 0
    end
    if moment == usedSlot then
      number, moved, usedSlot = number - usedUnits, usedUnits, 0
    end
    if moment + per > now and number > 0 then
      moments[#moments + 1], counts[#counts + 1], used = moment, number, used + number
    end
  end
  if moved > 0 and usedAt + per > now then
    local index = #moments + 1
    while index > 1 and moments[index - 1] > usedAt do index = index - 1 end
    used = used + moved
    if moments[index - 1] == usedAt then
      counts[index - 1] = counts[index - 1] + moved
    else
      table.insert(moments, index, usedAt)
      table.insert(counts, index, moved)
    end
  end
  if spent > 0 then
    local newest = math.max(now, moments[#moments] or 0)
    if moments[#moments] == newest then
      counts[#counts] = counts[#counts] + spent
    else
      moments[#moments + 1], counts[#counts + 1] = newest, spent
    end
    used = used + spent
  end
  local serverLeft, serverUntil = tonumber(known[5] or '') or 0, tonumber(known[6] or '') or 0
  if remaining and remaining < math.min(most - used, now < serverUntil and serverLeft or most) then
    local inForce = math.max(now, serverUntil)
    serverLeft = math.max(0, remaining)
    serverUntil = reset and now + reset or math.max(inForce, now + per)
  end
  local later = 0
  for index = #moments, 1, -1 do
    later = later + counts[index]
    if later > most - count then
      start = math.max(start, moments[index] + per)
      break
    end
  end
  if now < serverUntil and serverLeft < count then start = math.max(start, serverUntil) end
  if count > 0 and start - now <= horizon then
    granted = count
    slot = math.max(start + hold, moments[#moments] or 0)
    if capacity > 1000 then slot = math.ceil(slot / grain) * grain end
    slot = tonumber(text(slot))
    if moments[#moments] == slot then
      counts[#counts] = counts[#counts] + count
    else
      moments[#moments + 1], counts[#counts + 1] = slot, count
    end
    serverLeft = serverLeft - count
  end
  left = most - used - granted
  if now < serverUntil then left = math.min(left, serverLeft) end
  idle = math.max((moments[#moments] or now) + per, serverUntil) - now
  local log = {}
  for index = 1, #moments do log[index] = text(moments[index]) .. ':' .. counts[index] end
  redis.call('HSET', key, 'log', table.concat(log, ' '), 'serverLeft', text(serverLeft), 'serverUntil', text(serverUntil))
end

redis.call('HSET', key, 'paused', text(paused))
if limit then redis.call('HSET', key, 'limit', limit) end
redis.call('PEXPIRE', key, math.ceil(math.max(idle, paused - now, 0)) + 60000)
return { tostring(granted), text(start - now), text(slot), text(math.max(0, left)) }
`;

/** Who uses the store: announces a process, forgets those that were silent for ten minutes, and counts. */
export const joinScript: string = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 600000)
redis.call('PEXPIRE', KEYS[1], 600000)
return redis.call('ZCARD', KEYS[1])
`;
