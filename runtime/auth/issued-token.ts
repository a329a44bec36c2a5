/** A token as a server gives it, checked: it will stand in a header. */
import type { Pointer } from "../descriptor.ts";
import { readPath, readPointer } from "../pointer.ts";
import type { TokenAnswer } from "./token-endpoint.ts";
import { tokenRefused } from "./token-failure.ts";

export interface IssuedToken {
  readonly access: string;
  readonly refresh?: string | undefined;
  /** Milliseconds from `requestedAt`; absent when the server tells none. */
  readonly lifetime?: number | undefined;
  /** Epoch milliseconds at which the request was sent. */
  readonly requestedAt: number;
}

/** Where the lifetime of a token stands in an answer. */
interface LifetimePlace {
  readonly path: readonly string[];
  readonly unit: "seconds" | "milliseconds";
}

const LONGEST_TOKEN = 1 << 16;
const TEN_YEARS = 10 * 365 * 86_400_000;

/** The answer of OAuth 2.0 (RFC 6749 section 5.1): the place of the access token. */
export const ACCESS_TOKEN: Pointer = { from: "body", path: ["access_token"] };

/** Reads the token out of an answer. Throws AuthFailure for a refusal and for anything that cannot be used. */
export function readToken(
  { exchange, host, requestedAt }: TokenAnswer,
  place: Pointer,
  expiresIn: LifetimePlace,
): IssuedToken {
  const { status, body } = exchange;
  const refused = (problem: string) => tokenRefused(`the token endpoint ${host} ${problem}.`, status);
  if (status < 200 || status > 299) {
    // Only the code of RFC 6749 section 5.2: descriptions may repeat what was sent.
    const code = readPath(body, ["error"]);
    const told = typeof code === "string" && /^[a-z0-9_.-]{1,64}$/i.test(code) ? ` (${code})` : "";
    throw refused(`answered ${status || "with a redirect"}${told}`);
  }
  const access = readPointer(place, exchange);
  if (!isToken(access)) {
    const name = (place.from === "body" && place.path.at(-1)) || "token";
    const what = `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
    throw refused(
      typeof access === "string"
        ? `gave ${what} that cannot be sent in a header`
        : `answered ${status} without ${what}`,
    );
  }
  const refresh = readPath(body, ["refresh_token"]) ?? undefined;
  if (refresh !== undefined && !isToken(refresh)) throw refused("gave an unusable refresh_token");
  const lifetime = readPath(body, expiresIn.path) ?? undefined;
  const count = typeof lifetime === "string" && /^[0-9]+(?:\.[0-9]+)?$/.test(lifetime) ? Number(lifetime) : lifetime;
  if (count !== undefined && !(typeof count === "number" && Number.isFinite(count) && count > 0))
    throw refused("gave a lifetime that is not a positive number");
  return {
    access,
    requestedAt,
    refresh,
    lifetime: count && Math.min(count * (expiresIn.unit === "seconds" ? 1_000 : 1), TEN_YEARS),
  };
}

/** Visible ASCII: RFC 6749 appendix A.12 and A.17, less the space, which no header scheme can carry. */
function isToken(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_TOKEN && /^[\x21-\x7e]+$/.test(value);
}
