import { expect, test } from "vitest";
import { refreshToken } from "../../../runtime/codegen.ts";
import { MemoryTokenStore } from "../../../runtime/index.ts";
import { hurriedClock, problem, setUpOAuth } from "../oauth-fixture.ts";
import { startTokenServer } from "../token-server.ts";

test.each([
  [44_000, 1],
  [46_000, 0],
])("a process that stands still for %d ms under the lock sends %d requests", async (still, sent) => {
  const server = await startTokenServer();
  try {
    const clock = hurriedClock();
    const inner = new MemoryTokenStore({ clock });
    const store = {
      get: inner.get.bind(inner),
      replace: inner.replace.bind(inner),
      async lock(key: string, ttl: number) {
        const lease = inner.lock(key, ttl);
        await clock.advance(still);
        return lease;
      },
    };
    const { authorize } = setUpOAuth(server.url, refreshToken, { store, clock });
    if (sent > 0) await authorize();
    else {
      const error = await problem(authorize());
      expect(error.message).toContain("stood still for so long");
      expect(error).toMatchObject({ name: "TimeoutError", effect: "none" });
    }
    expect(server.calls).toHaveLength(sent);
  } finally {
    await server.close();
  }
});
