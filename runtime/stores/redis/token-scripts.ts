/** The version and the text of a token, or nothing. */
export const readScript: string = `
local known = redis.call('HMGET', KEYS[1], 'version', 'token')
if not known[1] then return false end
return { known[1], known[2] }
`;

/** 1: stored, for the version was the expected one. A refresh token may be needed after a long silence: kept for 400 days. */
export const replaceScript: string = `
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if tonumber(version) ~= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'token', ARGV[3])
redis.call('PEXPIRE', KEYS[1], 34560000000)
return 1
`;

/** The fence of the new holder, or 0. It is at least the time, so that it grows even when the key was forgotten. */
export const lockScript: string = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'fence', 'until')
if tonumber(known[2] or '0') > now then return 0 end
local fence = math.max(tonumber(known[1] or '0') + 1, now)
redis.call('HSET', KEYS[1], 'fence', string.format('%.0f', fence), 'until', string.format('%.0f', now + tonumber(ARGV[1])))
redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[1]) + 86400000)
return fence
`;

/** Ends a lock, if it is still the same holder's. */
export const releaseScript: string = `
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'until', '0')
redis.call('PEXPIRE', KEYS[1], 86400000)
return 1
`;
