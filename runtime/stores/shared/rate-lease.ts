import type { RatePolicy, Verdict } from "../rate-store.ts";
import type { GrantUse, RateAnswer, RateAsk } from "./rate-backend.ts";

/** Milliseconds in which a batch is used up, and the bounds of its size. */
const BATCH_TIME = 50;
const LARGEST_BATCH = 16;

/** Ended grants whose use is still to be told; of older ones the store goes on believing the worst. */
const MOST_UNTOLD = 16;

interface Grant {
  readonly slot: string;
  readonly granted: number;
  /** Fewer units than asked for: all that the server still allows at once. */
  readonly isShort: boolean;
  /** Monotonic milliseconds between which it may be used. */
  readonly from: number;
  until: number;
  units: number;
  /** Calls without an answer; infinity when one will never have any. */
  open: number;
  answeredAt: number;
}

/** The handle of a call that has leave. */
export interface LeasedCall {
  readonly grant: Grant;
  readonly at: number;
}

/** What this process holds of one partition: units that it may use for a moment without asking. */
export class RateLease {
  #grant: Grant | undefined;
  #untold: Grant[] = [];
  #batch = 0;
  /** Nothing may be taken before this moment: a grant starts, a refusal ends, or a pause does. */
  notBefore: number = Number.NEGATIVE_INFINITY;
  /** As the store last told. */
  left: number = Number.POSITIVE_INFINITY;

  /** Takes without asking, or tells the wait; undefined when the store must be asked. */
  take(cost: number, now: number): Verdict | undefined {
    if (now < this.notBefore) return { ok: false, wait: this.notBefore - now };
    const grant = this.#grant;
    if (grant === undefined || now > grant.until || grant.units <= 0) return undefined;
    const isAll = grant.isShort && grant.units === grant.granted;
    if (grant.units < cost && !isAll) return undefined;
    grant.units = Math.max(0, grant.units - cost);
    grant.open++;
    return { ok: true, slot: { grant, at: now } satisfies LeasedCall };
  }

  /** A call has ended; without an answer it may arrive whenever it likes. */
  settle({ grant }: LeasedCall, isAnswered: boolean, now: number): void {
    grant.open = isAnswered ? grant.open - 1 : Number.POSITIVE_INFINITY;
    grant.answeredAt = now;
  }

  /** Only while its grant lasts: units of earlier ones come back by themselves when their time passes. */
  giveBack(cost: number, { grant }: LeasedCall, now: number): void {
    grant.open--;
    if (grant === this.#grant && now <= grant.until) grant.units = Math.min(grant.granted, grant.units + cost);
  }

  /** Ends the grant, when the server says that less is left than the grant allows. */
  distrust(remaining: number): void {
    if (this.#grant !== undefined && this.#grant.units > remaining) this.#grant.until = Number.NEGATIVE_INFINITY;
  }

  /**
   * Lets the grant go before the store is asked again: what was not used of it, whether it was of any use, and how many
   * units to ask for. A batch grows while it is used up, and shrinks to what was used.
   */
  renew(policy: RatePolicy, cost: number, isStrict: boolean, now: number): Renewal {
    const grant = this.#grant;
    this.#grant = undefined;
    const used = grant === undefined ? 0 : grant.granted - grant.units;
    if (grant !== undefined && used > 0) this.#untold = [...this.#untold, grant].slice(-MOST_UNTOLD);
    const most = Math.min(LARGEST_BATCH, Math.floor((policy.refill / policy.per) * BATCH_TIME), policy.capacity);
    const wanted = grant?.units === 0 ? this.#batch * 2 : used;
    this.#batch = isStrict ? cost : Math.max(cost, Math.min(wanted, most));
    const back = grant !== undefined && grant.units > 0 ? { units: grant.units, slot: grant.slot } : undefined;
    const wasUseless = grant !== undefined && used === 0;
    return { back, used: this.#tellUse(now), wasUseless, units: this.#batch };
  }

  /**
   * Takes an answer over. The store decided at some moment between `asked` and `got`; so a grant starts as if it had
   * been the later and ends as if it had been the earlier one.
   */
  accept(answer: RateAnswer, renewal: Renewal, times: RoundTrip): void {
    this.left = answer.left;
    const { asked, got, hold, horizon } = times;
    if (answer.granted <= 0) {
      this.notBefore = Math.max(this.notBefore, got + Math.max(1, answer.wait - horizon / 2));
      return;
    }
    const from = got + answer.wait;
    const { granted, slot } = answer;
    const isShort = granted < renewal.units;
    const until = asked + answer.wait + hold;
    this.#grant = { slot, granted, isShort, from, until, units: granted, open: 0, answeredAt: from };
    this.notBefore = Math.max(this.notBefore, from);
  }

  isIdle(now: number): boolean {
    return now >= this.notBefore && (this.#grant === undefined || now > this.#grant.until);
  }

  #tellUse(now: number): GrantUse | undefined {
    const at = this.#untold.findIndex(({ open }) => open === 0);
    const [grant] = at < 0 ? [] : this.#untold.splice(at, 1);
    return grant && { units: grant.granted - grant.units, slot: grant.slot, ago: now - grant.answeredAt };
  }
}

/** When a store was asked and when its answer came, monotonic, and what was asked of it. Milliseconds. */
interface RoundTrip {
  readonly asked: number;
  readonly got: number;
  readonly hold: number;
  readonly horizon: number;
}

interface Renewal extends Pick<RateAsk, "back" | "used" | "units"> {
  readonly wasUseless: boolean;
}
