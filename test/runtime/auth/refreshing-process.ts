/** One of many processes that share a refresh token: calls the API each time its parent says so. */
import { refreshToken } from "../../../runtime/codegen.ts";
import { systemClock } from "../../../runtime/index.ts";
import { authClient } from "./auth-client.ts";
import { sharedStore } from "./shared-store.ts";

const base = process.argv[2]!;
let now = 0;
// The parent moves the calendar; waits are real, but short.
const clock = {
  ...systemClock,
  now: () => now,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 20, signal),
};
const { items } = authClient(
  base,
  {
    use: refreshToken,
    credentials: [],
    apply: [{ in: "header", name: "Authorization", value: "Bearer {accessToken}" }],
    token: {
      url: `${base}/token`,
      clientAuth: "none",
      clientId: "client",
      refreshToken: "refresh-0",
      scopes: [],
      params: {},
      expiresIn: { path: ["expires_in"], unit: "seconds" },
      refreshBefore: 0,
      rotation: "singleUse",
    },
  },
  { clock, stores: { tokens: sharedStore(base) } },
);

process.on("message", async (moment: number) => {
  now = moment;
  const calls = [items.get({ id: "1" }), items.get({ id: "2" })];
  const results = await Promise.allSettled(calls);
  const failed = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
  process.send!(failed);
});
process.send!([]);
