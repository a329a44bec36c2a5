/** Requests to token endpoints: counted, and their secrets known before anything can tell of them. */
import { redactedCause } from "../redacted-cause.ts";
import type { AuthContext } from "./auth.ts";

/** Parameters of a token request that are no secret; the rest of the form is (RFC 6749, 7521 and 7523). */
const harmless: ReadonlySet<string> = new Set([
  ...["grant_type", "client_id", "scope", "audience", "resource", "client_assertion_type"],
]);

/** The `fetch` of token requests. What it throws holds no secret. */
export function tokenFetch({ client, connector }: AuthContext): typeof fetch {
  const { provider, version } = connector;
  const { fetch: send, clock, redactor, observer } = client;
  return async (target, init) => {
    if (typeof init?.body === "string")
      for (const [name, value] of new URLSearchParams(init.body)) if (!harmless.has(name)) redactor.addSecret(value);
    const credentials = new Headers(init?.headers).get("authorization")?.split(" ").at(-1);
    if (credentials !== undefined) redactor.addSecret(credentials);
    const start = clock.mono();
    let status: number | undefined;
    try {
      const response = await send(target, init);
      status = response.status;
      return response;
    } catch (error) {
      throw redactedCause(error, redactor) ?? new Error(redactor.text(String(error)));
    } finally {
      const address = new URL(String(target)).hostname;
      observer?.emit("refresh", { provider, version, address, duration: clock.mono() - start, status });
    }
  };
}
