/**
 * `npm run bench:limits [seconds]`: saturates limits over loopback against a server in its own process that counts at
 * arrival, 0 to 80 ms late. Wanted: no violation, and of windows of 1, 10 and 60 s at least 95, 98 and 99 % used.
 */
import { slidingWindow } from "../../runtime/sliding-window.ts";
import { startCountingServer } from "./limit-run.ts";

const least = Number(process.argv[2] ?? 0);
const rows = [
  { name: "20 in 1 s", capacity: 20, per: 1_000, seconds: 30, bar: 95 },
  { name: "100 in 10 s", capacity: 100, per: 10_000, seconds: 60, bar: 98 },
  { name: "1,000 in 60 s", capacity: 1_000, per: 60_000, seconds: 180, bar: 99 },
];

const server = await startCountingServer();
console.log(`node ${process.version}; way to the server 0 to 80 ms`);
console.log("limit           seconds  arrived  rolling  fixed   used %   bar  stall ms");
for (const { name, capacity, per, seconds: usual, bar } of rows) {
  const seconds = Math.max(usual, Math.ceil((least * 1_000) / per) * (per / 1_000));
  const limit = {
    use: slidingWindow,
    capacity,
    per,
    refill: capacity,
    partition: [],
    cost: 1,
    reserve: 0,
    pauseOn: [],
  };
  const { arrived, violations, fixedViolations, utilisation, stall } = await server.run({
    limit,
    way: 80,
    seconds,
    callers: 64,
  });
  const cells = [
    name.padEnd(14),
    seconds,
    arrived,
    violations,
    fixedViolations,
    (100 * utilisation).toFixed(1),
    bar,
    stall.toFixed(0),
  ];
  const widths = [14, 9, 9, 9, 7, 9, 6, 10];
  console.log(cells.map((cell, index) => String(cell).padStart(widths[index] ?? 0)).join(""));
  if (violations + fixedViolations > 0) process.exitCode = 1;
}
server.stop();
