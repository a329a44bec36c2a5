/**
 * The way of one call, outermost first: validate the input, choose the key and serialise once, attempts { circuit breaker,
 * authorise, kept answers, limits, attempt timeout, fetch with the whole body, decode, classify }, 401 or backoff, validate.
 */
import { type Answer, answerOf, decodeAnswer, exchangeOf, isStoredError, readAdvice } from "./answer.ts";
import type { CacheVisit } from "./answer-cache.ts";
import type { Authorization } from "./auth/auth.ts";
import type { BoundOperation } from "./bound-operation.ts";
import { type CallSettings, callSettings } from "./call-settings.ts";
import type { CallWatch } from "./call-watch.ts";
import type { Entry } from "./circuits.ts";
import { classify, type Verdict } from "./classify.ts";
import { elapsed, type Moment, moment } from "./clock.ts";
import { Deadline } from "./deadline.ts";
import type { OperationDescriptor } from "./descriptor.ts";
import { type ConnectorError, type Effect, isConnectorError } from "./errors.ts";
import {
  AttemptTimeout,
  brokenAttempt,
  deadlineError,
  errorAnswer,
  type Failure,
  type Final,
  hasFailed,
  worst,
} from "./failure.ts";
import { foreignFault } from "./foreign-fault.ts";
import { isPromise } from "./is-promise.ts";
import type { Permit } from "./limits.ts";
import type { CallOptions } from "./operation.ts";
import type { ReadExchange } from "./pointer.ts";
import { buildRequest, type Input, type ReadyRequest } from "./request.ts";
import { type AttemptOutcome, decideRetry, whyKeyIsSpent } from "./retry.ts";
import { readWait } from "./retry-after.ts";
import type { BodyOffer } from "./stream.ts";
import type { Wait } from "./telemetry.ts";
import { type Answered, exchangeOnce } from "./transport.ts";

/** An attempt that failed; with an exchange when the provider answered. */
interface Failed {
  readonly failure: Failure;
  readonly exchange?: ReadExchange;
  /** What an error answer means, and what its server says of trying again. */
  readonly verdict?: Verdict & AttemptOutcome;
}

/** Runs one call. `url` replaces path and query: the next page, already checked to be on the same origin. */
export async function runCall(
  bound: BoundOperation,
  input: Input,
  options: CallOptions,
  url?: string,
  offer?: BodyOffer,
): Promise<Answer> {
  const { connection, ready, checks } = bound;
  const run = new CallRun(bound, options, offer);
  const { deadline, operation } = run;
  let request: ReadyRequest | undefined;
  try {
    deadline.throwIfAborted();
    const checked = checks?.input(run, input);
    if (checked !== undefined) await checked;
    const { idempotency, keys, prepare } = operation.policy;
    const chosen = idempotency.key && keys!(operation, input, run.settings);
    const key = isPromise(chosen) ? await run.within(chosen, "deriving the idempotency key") : chosen;
    const { headers } = options;
    request = buildRequest(ready, bound.base, input, { key, userAgent: connection.userAgent, url, headers });
    for (const step of prepare ?? []) request = await step.use(request, step, run, input);
    let answer: Answer | undefined;
    do answer = await run.attempt(request);
    while (answer === undefined);
    run.succeed();
    connection.connector.deprecation?.check?.(answer, connection);
    const judged = checks?.answer(run, answer);
    if (judged !== undefined) await judged;
    run.watch?.succeeded(run.sent);
    return answer;
  } catch (error) {
    // Whatever else went wrong on the way out: the caller's own reason is what the caller gets, just as it is.
    const fault = deadline.caller?.aborted ? deadline.caller.reason : run.toFault(error);
    request?.end?.(run.effect);
    run.watch?.failed(fault, run.final);
    throw fault;
  } finally {
    // Also a call that failed may have changed something.
    if (!ready.safe && request !== undefined) connection.answers.writes?.add(request.url, connection.clock.now());
    deadline.close();
  }
}

/** What one call knows while it runs, and its attempts. */
export class CallRun {
  readonly bound: BoundOperation;
  readonly operation: OperationDescriptor;
  readonly settings: CallSettings;
  readonly deadline: Deadline;
  readonly watch: CallWatch | undefined;
  sent: number = 0;
  /** Of what is under way it is unknown. */
  effect: Effect = "none";
  /** What circuits know the attempt by. */
  entry: Entry | undefined;
  readonly #offer: BodyOffer | undefined;
  /** What earlier attempts failed with, while the call goes on. */
  #failure: Failure | undefined;
  #authorization: Authorization | undefined;
  /** When the key first left. */
  #keySent: Moment | undefined;
  #tries = 1;
  #isRefreshed = false;
  /** Units of the retry budget. */
  #paid = 0;

  constructor(bound: BoundOperation, options: CallOptions, offer: BodyOffer | undefined) {
    const { connection, ready } = bound;
    const { operation } = ready;
    const { signal } = options;
    const settings = callSettings(operation, connection, options);
    this.bound = bound;
    this.operation = operation;
    this.settings = settings;
    this.#offer = offer;
    this.deadline = new Deadline(connection.clock, settings.deadline, signal);
    this.watch = connection.observer?.watch(connection, operation, settings.tenant, signal);
  }

  get final(): Final {
    return { attempts: this.sent, effect: this.effect };
  }

  /** Waits for something of our own; the deadline and the caller end the wait. Listeners hear of one with a kind. */
  within<T>(work: Promise<T>, phase: string, kind?: Wait["for"]): Promise<T> {
    const wait = this.deadline.guard(work, this.deadline.remaining, () => this.#late(phase));
    return kind === undefined ? wait : this.waiting(wait, kind);
  }

  /** A wait that listeners hear of. */
  waiting<T>(work: Promise<T>, kind: Wait["for"]): Promise<T> {
    return this.watch === undefined ? work : this.watch.waiting(kind, work);
  }

  /** One attempt, and after a failure the wait for the next one; undefined when it is to be made. */
  async attempt(request: ReadyRequest): Promise<Answer | undefined> {
    const { bound, operation, settings, deadline, watch, effect } = this;
    const { connection, auth, guard } = bound;
    let permit: Permit | undefined;
    let isSent = false;
    let heard: ReadExchange | undefined;
    let ended: Answer | Failed | undefined;
    try {
      // `await` costs a turn even when there is nothing to wait for.
      const closed = guard?.wait(this);
      if (closed !== undefined) await closed;
      deadline.throwIfAborted();
      const granted = auth?.authorize(operation, settings.tenant);
      const authorization = isPromise(granted)
        ? await this.within(granted, "getting credentials", "credentials")
        : granted;
      this.#authorization = authorization;
      const looked = operation.cache?.use(this, request, authorization);
      const visit = isPromise(looked) ? await looked : looked;
      if (visit?.fresh !== undefined) {
        watch?.attempted(visit.fresh);
        return visit.fresh;
      }
      const admitted = connection.limits?.admitCall(this, authorization);
      permit = isPromise(admitted) ? await admitted : admitted;
      // Queues and circuits took longer than the backoff foresaw: a forgotten key would be a second effect.
      const because = whyKeyIsSpent(operation.policy, this.#keyAge);
      if (because !== undefined) throw this.#giveUp({ because });
      deadline.throwIfAborted();
      const { remaining } = deadline;
      if (remaining <= 0) throw this.#late("waiting to be sent");
      // Only now: whoever probes must not wait for anything else meanwhile.
      if (guard?.enter(this) === false) return undefined;
      const offer = this.#offer;
      const fetch = watch?.fetch(this.sent + 1, authorization) ?? connection.fetch;
      const send: typeof fetch = (...sending) => {
        if (!isSent) this.#leave(request);
        isSent = true;
        return fetch(...sending);
      };
      let answered!: Answered;
      try {
        answered = await deadline.guard(
          exchangeOnce(
            operation,
            visit?.request ?? request,
            authorization,
            send,
            deadline.signal,
            offer && ((response) => offer(this, response)),
          ),
          Math.min(settings.timeout, remaining),
          () => new AttemptTimeout(settings.timeout),
        );
        heard = exchangeOf(answered, request);
      } catch (error) {
        ended = this.#unanswered(error, remaining, isSent);
      }
      ended ??= this.#judge(request, answered, heard!, visit, effect);
    } finally {
      if (isSent) permit?.settle(heard, ended && hasFailed(ended) ? ended.verdict : undefined);
      else permit?.release();
      guard?.settle(this, ended);
    }
    watch?.attempted(ended);
    if (!hasFailed(ended)) {
      connection.budget.refund(bound.origin, settings.tenant, this.#paid);
      return ended;
    }
    this.effect = worst(effect, ended.failure.effect);
    await this.#recover(request, ended);
    return undefined;
  }

  /** What an attempt that failed with this is. */
  broken(error: unknown): Failed {
    this.hideSecrets();
    return { failure: brokenAttempt(this.operation, error, this.bound.connection.redactor) };
  }

  hideSecrets(): void {
    for (const secret of this.#authorization?.secrets ?? []) this.bound.connection.redactor.addSecret(secret);
  }

  /** What comes now is about an answer: earlier failures are nobody's concern any more. */
  succeed(): void {
    this.effect = "applied";
    this.#failure = undefined;
    // What quotes links of the answer does not know the credentials.
    if (this.operation.pagination ?? this.bound.connection.connector.deprecation?.check) this.hideSecrets();
  }

  /** What the caller gets. A fault of our own on a later attempt must still tell what the earlier ones may have done. */
  toFault(error: unknown): ConnectorError {
    const { final } = this;
    if (!isConnectorError(error)) return foreignFault(this.operation, error, final, this.bound.connection.redactor);
    Object.assign(error, { ...final, effect: worst(error.effect, final.effect) });
    if (error.cause === undefined && this.#failure !== undefined) {
      const value = this.#failure.toError(final);
      Object.defineProperty(error, "cause", { value, configurable: true, writable: true });
    }
    return error;
  }

  get #keyAge(): number | undefined {
    return this.#keySent && elapsed(this.bound.connection.clock, this.#keySent);
  }

  /** The first request of an attempt leaves. */
  #leave({ key }: ReadyRequest): void {
    if (key !== undefined) this.#keySent ??= moment(this.bound.connection.clock);
    this.sent++;
    this.effect = worst(this.effect, "unknown");
  }

  #late(phase: string): ConnectorError {
    return deadlineError(this.operation, this.settings.deadline, phase, this.final);
  }

  #giveUp(why?: Partial<Final>): ConnectorError {
    const failure = this.#failure!;
    this.#failure = undefined;
    return failure.toError({ ...this.final, ...why });
  }

  /** An attempt without a complete answer. Throws where it is the whole call that ends. */
  #unanswered(error: unknown, remaining: number, isSent: boolean): Failed {
    const { deadline, settings } = this;
    deadline.throwIfAborted();
    const isLate = error instanceof AttemptTimeout;
    // It could not be signed.
    if (!isSent && !isLate) throw error;
    const failed = this.broken(error);
    if (isLate && remaining <= settings.timeout) {
      if (isSent) this.bound.guard?.settle(this, failed);
      throw this.#late(isSent ? "waiting for the answer" : "signing the request");
    }
    if (!isSent) throw failed.failure.toError(this.final);
    return failed;
  }

  /** What an answer means for the call, of which `effect` is known from earlier attempts. */
  #judge(
    request: ReadyRequest,
    came: Answered,
    heard: ReadExchange,
    visit: CacheVisit | undefined,
    effect: Effect,
  ): Answer | Failed {
    const { operation } = this;
    const { policy } = operation;
    const { clock, redactor } = this.bound.connection;
    const answered = visit?.renew(came) ?? came;
    // Limits hear what the answer says that came, not what a kept one once said.
    const exchange = answered === came ? heard : exchangeOf(answered, request);
    try {
      decodeAnswer(exchange, operation, answered);
    } catch (error) {
      return this.broken(error);
    }
    const { onReplay } = policy.idempotency;
    let verdict = classify(policy, exchange);
    if (onReplay && verdict && effect === "unknown") verdict = onReplay.use(onReplay, verdict, exchange);
    if (verdict === undefined) {
      visit?.keep(answered);
      return answerOf(operation, answered, exchange, this.sent, request.key, redactor);
    }
    // An error is not read as a stream.
    answered.taken?.data.cancel();
    const judged = {
      ...verdict,
      timedOut: false,
      storedError: request.key !== undefined && isStoredError(operation, exchange),
      wait: readWait(policy.retry.retryAfter, exchange, clock.now()),
      advice: readAdvice(operation, exchange),
    };
    this.hideSecrets();
    const failure = errorAnswer(operation, verdict, exchange, judged, redactor);
    return { failure, exchange, verdict: judged };
  }

  /** Waits until another attempt is worth while, or throws what the caller gets. */
  async #recover(request: ReadyRequest, { failure, exchange, verdict }: Failed): Promise<void> {
    const { operation, deadline, settings } = this;
    const { clock, budget } = this.bound.connection;
    const { budget: allowance } = operation.policy.retry;
    const { outcome } = failure;
    this.#failure = failure;
    const isExpired = verdict?.rule?.refresh === true;
    const authorization = this.#authorization;
    const isListed = exchange !== undefined && authorization?.refreshOn?.includes(exchange.status);
    // Of an attempt that perhaps took effect there is no replay; one of a stream is sent once, but the next call is not refused.
    if (authorization?.refresh && (isListed || isExpired) && failure.effect === "none" && !this.#isRefreshed) {
      // Where the policy says that the token is bad, no challenge has to say so too.
      const renewed = this.bound.auth!.refresh(operation, authorization, isListed ? exchange : undefined);
      this.#isRefreshed = await this.within(renewed, "refreshing credentials", "credentials");
      // New credentials make one replay worth while.
      if (this.#isRefreshed && !request.once) return;
    }
    if (outcome === undefined) throw this.#giveUp();
    // Refused credentials are tried again only through a refresh: repeating them locks accounts.
    const isRefused = isExpired || exchange?.status === 401;
    const decision = decideRetry(operation.policy, isRefused ? { ...outcome, disposition: "permanent" } : outcome, {
      attempt: this.#tries,
      maxAttempts: request.once ? 1 : settings.maxAttempts,
      remaining: deadline.remaining,
      now: clock.now(),
      random: clock.random(),
      keyAge: this.#keyAge,
    });
    if (!decision.retry) throw this.#giveUp(decision);
    const cost = outcome.timedOut ? allowance.timeoutCost : allowance.retryCost;
    if (!budget.spend(this.bound.origin, settings.tenant, cost, allowance))
      throw this.#giveUp({
        because: "the retry budget of this origin is spent until calls succeed again",
        retryAt: outcome.wait ? clock.now() + outcome.wait : undefined,
      });
    this.#paid += cost;
    const attempt = this.#tries++;
    this.watch?.retrying(attempt, decision.delay, failure);
    await this.waiting(clock.sleep(decision.delay, deadline.signal), "backoff");
  }
}
