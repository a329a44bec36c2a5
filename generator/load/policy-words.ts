/** What people from other tools write, and what it is called here. */

const attempts = "`retry.maxAttempts`, which counts the first attempt too (retries + 1)";
const rate = (per: string): string => `\`limit: { amount: …, per: ${per} }\` of a rate limit`;
const statuses = "`retry.on` with dispositions, and an `errors` rule for a status that is special here";
const next = "`cursor: { from: … }`";

/** What it is called here, and the words of others: letters only, in lower case; `block.word` is one word of one block. */
const table: readonly (readonly [here: string, words: string])[] = [
  [attempts, "maxretries numretries retrycount maxretrycount retrylimit retrymax numberofretries retryattempts"],
  ["`retry`, with `maxAttempts` counting the first attempt", "retries retrypolicy retryconfig retryoptions"],
  ["`retry.maxAttempts`", "attempts tries numtries maxtries totalattempts maxattempt stopafterattempt"],
  [statuses, "statuscodes retrystatuscodes retryablestatuscodes retriablestatuscodes statusforcelist retryonstatus"],
  ["`retry.on` with dispositions (`rejected`, `ambiguous`)", "retryon retryableerrors retriableerrors errorcodes"],
  [
    "`retry.on`; failures to connect are `rejected`, and always among them",
    "retryconnectionerrors retryonconnectionfailure",
  ],
  ["`retry.budget`", "retrybudget retryquota"],
  ["`retry.advice`", "shouldretry shouldretryheader"],
  ["`retry.retryAfter`", "retryafterheader retryheaders respectretryafter"],

  ["`backoff.initial`", "initialinterval initialdelay initialbackoff initialdelayms mininterval mintimeout minbackoff"],
  ["`backoff.initial`", "mindelay basedelay backoffms backoffbase baseinterval delay retrydelay retryinterval waitmin"],
  ["`backoff.max`", "maxinterval maxdelay maxtimeout maxbackoff maxretrydelay maxdelayms capdelay cap waitmax"],
  ["`backoff.multiplier`", "exponent factor base backofffactor backoffmultiplier exponentialbase exponentialrate"],
  ["`backoff.strategy`", "backoffstrategy backofftype"],
  ["`backoff.jitter`", "jittertype randomize randomizationfactor jitterfactor"],

  ["`timeouts.deadline`", "maxelapsedtime totaltimeout overalltimeout calltimeout operationtimeout maxduration"],
  ["`timeouts` with `attempt` and `deadline`", "timeout timeoutms timeoutseconds timeoutmillis"],
  ["`timeouts.attempt`", "requesttimeout pertrytimeout responsetimeout readtimeout sockettimeout attempttimeout"],
  ["`timeouts.connect`", "connecttimeout connectiontimeout dialtimeout"],
  ["`timeouts.queue`", "queuetimeout acquiretimeout poolwaittimeout"],

  ["`rateLimits` to declare a limit, `limitedBy` to use it", "ratelimit ratelimiter ratelimiting throttle throttling"],
  [rate("1s"), "rps qps tps requestspersecond callspersecond"],
  [rate("1m"), "rpm requestsperminute callsperminute"],
  [rate("1h"), "rph requestsperhour"],
  [rate("…"), "maxrequests quota points windowms windowsize"],
  ["`capacity` of a bucket", "burst burstsize burstlimit bucketsize bucketcapacity maxtokens"],
  [
    "`refill: { amount: …, per: … }`, or `leak` for a leaky bucket",
    "refillrate fillrate tokensperinterval leakrate rate",
  ],
  ["`concurrency.max`", "maxconcurrency maxconcurrent maxinflight parallelism maxparallel poolsize maxconnections"],
  ["`concurrency`", "bulkhead semaphore"],
  ["`concurrency.queue`", "queuesize maxqueue maxqueuesize maxpending highwater"],

  ["`circuitBreaker`", "breaker circuit outlierdetection"],
  ["`circuitBreaker.failureRate`", "failureratethreshold errorthresholdpercentage failureratio errorrate"],
  ["`circuitBreaker.consecutive`", "failurethreshold consecutivefailures maxfailures consecutiveerrors"],
  ["`circuitBreaker.openFor`", "resettimeout halfopenafter breakduration sleepwindow waitdurationinopenstate cooldown"],
  ["`circuitBreaker.minRequests`", "volumethreshold minimumthroughput minthroughput minimumnumberofcalls"],
  ["`circuitBreaker.window`", "samplingduration rollingcounttimeout slidingwindowsize"],
  ["`circuitBreaker.probes`", "halfopenrequests halfopenmaxcalls permittednumberofcallsinhalfopenstate"],

  ["`idempotency.key`", "idempotencykey idempotencytoken clienttoken"],
  ["`idempotency.key` with `in: header`", "idempotencyheader idempotencykeyheader"],
  ["`idempotency.class: idempotent`", "idempotent isidempotent"],
  ["`idempotency.retention`", "keyttl keyexpiry idempotencyttl"],

  [next, "next nextpage nextcursor nextlink nextpagetoken nexttoken cursorpath"],
  ["`hasMore`", "hasnext hasnextpage morepages"],
  ["`items`", "results datapath itemspath pagination.data"],
  ["`pageSize: { param: … }`", "limitparam pagesizeparam perpageparam"],
  ["`pageSize`", "perpage pagelimit pagination.limit"],
  ["`pageSize` in a paginator; `capacity` with `refill`, or `limit`, in a rate limit", "limit"],
  ["`param`", "pageparam offsetparam cursorparam"],

  ["`auth`", "security authentication authorization"],
  ["`credentials` to declare it, `auth` to send it", "apikey token bearertoken accesstoken"],
  ["`servers`", "baseurl baseuri host endpoint"],
  ["`cache.ttl`", "cachettl maxage staletime"],
  ["`polling.every`", "pollinterval pollinginterval"],
  ["`polling`", "poll poller waiter longrunning"],
  ["`hash`", "signature.algorithm signature.algo sign.algorithm sign.algo"],
  ["`key: { credential: … }`", "signature.secret signature.signingsecret sign.secret"],
  ["`credential`, the name of one of `credentials`", "key.secret key.value key.env"],
  ["`timestamp: { tolerance: … }`", "signature.tolerance signature.maxage"],
];

const foreign: ReadonlyMap<string, string> = new Map(
  table.flatMap(([here, words]) => words.split(" ").map((word): [string, string] => [word, here])),
);

/** `block`: name of the map that holds the key. */
export function foreignWord(key: string, block: string = ""): string | undefined {
  const word = key.toLowerCase().replace(/[^a-z]/g, "");
  return foreign.get(`${block}.${word}`) ?? foreign.get(word);
}
