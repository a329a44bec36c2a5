import { type Answer, answerOf, decodeAnswer, exchangeOf, isStoredError, readAdvice } from "./answer.ts";
import type { CacheVisit } from "./answer-cache.ts";
import type { Authorization } from "./auth/auth.ts";
import type { BoundOperation } from "./bound-operation.ts";
import type { CallGuard } from "./breaker.ts";
import { type CallSettings, callSettings } from "./call-settings.ts";
import type { CallWatch } from "./call-watch.ts";
import { classify } from "./classify.ts";
import { Deadline } from "./deadline.ts";
import type { CacheRule, OperationDescriptor } from "./descriptor.ts";
import { type ConnectorError, type Effect, isConnectorError } from "./errors.ts";
import {
  AttemptTimeout,
  brokenAttempt,
  deadlineError,
  errorAnswer,
  type Failure,
  type Final,
  worst,
} from "./failure.ts";
import { isPromise } from "./is-promise.ts";
import type { Permit, TimeToWait } from "./limits.ts";
import type { CallOptions } from "./operation.ts";
import type { Exchange } from "./pointer.ts";
import type { ReadyRequest } from "./request.ts";
import { type AttemptOutcome, decideRetry, type RetryDecision, whyKeyIsSpent } from "./retry.ts";
import { readWait } from "./retry-after.ts";
import type { BodyOffer } from "./stream.ts";
import type { Wait } from "./telemetry.ts";
import { type Answered, exchangeOnce } from "./transport.ts";

/** An attempt that failed; `status` when the provider answered. */
interface Failed {
  readonly failure: Failure;
  readonly status?: number;
  readonly exchange?: Exchange;
  /** An error rule says that the credentials are bad. */
  readonly expired?: boolean;
}

/** What one call knows while it runs, and its retry loop. */
export class CallRun {
  readonly bound: BoundOperation;
  readonly operation: OperationDescriptor;
  readonly settings: CallSettings;
  readonly deadline: Deadline;
  sent: number = 0;
  effect: Effect = "none";
  failure: Failure | undefined;
  readonly guard: CallGuard | undefined;
  readonly watch: CallWatch | undefined;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  readonly #offer: BodyOffer | undefined;

  constructor(bound: BoundOperation, options: CallOptions, offer: BodyOffer | undefined) {
    const { connection, ready } = bound;
    this.bound = bound;
    this.operation = ready.operation;
    this.settings = callSettings(ready.operation, connection, options);
    this.signal = options.signal;
    this.#offer = offer;
    this.deadline = new Deadline(connection.clock, this.settings.deadline, options.signal);
    this.watch = connection.observer?.watch(connection, this.operation, this.settings.tenant, options.signal);
    const { policy, connector } = ready.operation;
    this.guard = policy.circuitBreaker && connector.breaker?.(bound, this.settings.tenant);
  }

  get final(): Final {
    return { attempts: this.sent, effect: this.effect };
  }

  /** Waits for something of our own; the deadline and the caller end the wait. */
  within<T>(work: Promise<T>, phase: string): Promise<T> {
    return this.deadline.guard(work, this.deadline.remaining, () => this.late(phase));
  }

  /** A wait that listeners hear of. */
  waiting<T>(kind: Wait["for"], work: Promise<T>): Promise<T> {
    return this.watch === undefined ? work : this.watch.waiting(kind, work);
  }

  late(phase: string): ConnectorError {
    return deadlineError(this.operation, this.settings.deadline, phase, this.final);
  }

  /** The retry loop. */
  async send(request: ReadyRequest): Promise<Answer> {
    const { operation, deadline, settings, guard } = this;
    const { connection, origin } = this.bound;
    const { clock, budget } = connection;
    const allowance = operation.policy.retry.budget;
    let refreshed = request.once;
    let paid = 0;
    let keySent: number | undefined;
    for (let attempt = 1; ; ) {
      let authorization: Authorization | undefined;
      let result: Answer | Failed;
      try {
        // `await` costs a turn even when there is nothing to wait for.
        const closing = guard?.enter(this);
        if (closing !== undefined)
          await this.waiting(
            "breaker",
            this.within(closing, "waiting for the provider to recover").catch((error) => this.fail(error)),
          );
        const granted = this.authorize();
        authorization = isPromise(granted) ? await this.waiting("credentials", granted) : granted;
        const looked = operation.cache && this.look(operation.cache, request, authorization);
        const visit = isPromise(looked) ? await this.within(looked, "looking for a kept answer") : looked;
        if (visit?.fresh !== undefined) {
          const { fresh } = visit;
          const exchange = exchangeOf(fresh, request);
          decodeAnswer(exchange, operation, fresh);
          const answer = answerOf(operation, fresh, exchange, this.sent, undefined, connection.redactor);
          this.watch?.attempted(answer);
          return answer;
        }
        const admitted = this.admit(authorization);
        const permit = isPromise(admitted) ? await this.waiting("limits", admitted) : admitted;
        if (guard?.isStale) {
          permit?.release();
          continue;
        }
        const spent = keySent === undefined ? undefined : whyKeyIsSpent(operation.policy, clock.mono() - keySent);
        if (spent !== undefined) {
          // Queues and circuits took longer than the backoff foresaw: a forgotten key would be a second effect.
          permit?.release();
          throw this.failure!.toError({ ...this.final, because: spent });
        }
        if (request.key !== undefined) keySent ??= clock.mono();
        result = await this.attempt(request, authorization, permit, visit);
        guard?.settle(result);
        this.watch?.attempted(result);
      } finally {
        guard?.settle(undefined);
      }
      if ("data" in result) {
        budget.refund(origin, settings.tenant, paid);
        // A validator may quote an answer that echoes a credential.
        if (connection.validators !== undefined) this.hideSecrets(authorization);
        return result;
      }
      const { failure, status, exchange, expired = false } = result;
      this.failure = failure;
      this.effect = worst(this.effect, failure.effect);
      if (!refreshed && exchange !== undefined && (await this.refresh(authorization, exchange, expired))) {
        refreshed = true;
        continue;
      }
      const refused = status === 401 || expired;
      const decision = this.decide(failure, refused, attempt, request.once ? 1 : settings.maxAttempts, keySent);
      if (!decision.retry) throw failure.toError({ ...this.final, ...decision });
      const cost = failure.outcome?.timedOut ? allowance.timeoutCost : allowance.retryCost;
      if (!budget.spend(origin, settings.tenant, cost, allowance)) {
        throw failure.toError({
          ...this.final,
          because: "the retry budget of this origin is spent until calls succeed again",
        });
      }
      paid += cost;
      this.watch?.retrying(attempt, decision.delay, failure);
      await this.waiting("backoff", clock.sleep(decision.delay, deadline.signal));
      attempt++;
    }
  }

  decide(
    { outcome }: Failure,
    refused: boolean,
    attempt: number,
    maxAttempts: number,
    keySent: number | undefined,
  ): RetryDecision | { readonly retry: false } {
    if (outcome === undefined) return { retry: false };
    // Refused credentials are tried again only through a refresh: repeating them locks accounts.
    const judged: AttemptOutcome = refused ? { ...outcome, disposition: "permanent" } : outcome;
    const { clock } = this.bound.connection;
    return decideRetry(this.operation.policy, judged, {
      attempt,
      maxAttempts,
      remaining: this.deadline.remaining,
      now: clock.now(),
      random: clock.random(),
      ...(keySent !== undefined && { keyAge: clock.mono() - keySent }),
    });
  }

  authorize(): Authorization | undefined | Promise<Authorization> {
    const { security } = this.operation;
    if (security === undefined || security.length === 0) return undefined;
    this.deadline.throwIfAborted();
    try {
      const authorization = this.bound.connection.auth!.authorize(
        this.operation,
        this.settings.tenant,
        this.deadline.signal,
      );
      return isPromise(authorization)
        ? this.within(authorization, "getting credentials").catch((error) => this.fail(error))
        : authorization;
    } catch (error) {
      return this.fail(error);
    }
  }

  /** Undefined where nothing bounds the calls. */
  admit(authorization: Authorization | undefined): Permit | undefined | Promise<Permit> {
    const { deadline } = this;
    const { limits } = this.bound.connection;
    if (limits === undefined) return undefined;
    const { queue } = this.operation.policy.timeouts;
    deadline.throwIfAborted();
    const time: TimeToWait = queue?.use(this, queue.limit) ?? { signal: deadline.signal, deadlineAt: deadline.at };
    try {
      const permit = limits.admit(
        this.operation,
        {
          tenant: this.settings.tenant,
          credential: authorization?.credential ?? "",
          ...(authorization?.mode !== undefined && { tier: authorization.mode }),
          priority: this.settings.priority,
        },
        time,
      );
      if (!isPromise(permit)) return permit;
      return (time.within?.(permit) ?? this.within(permit, "waiting for a rate limit")).catch((error) => {
        // A permit that still comes belongs to nobody.
        permit.then(
          (late) => late.release(),
          () => {},
        );
        return this.fail(error);
      });
    } catch (error) {
      return this.fail(error);
    }
  }

  /** True when new credentials make one replay worth while. */
  async refresh(
    authorization: Authorization | undefined,
    { status, headers }: Exchange,
    expired: boolean,
  ): Promise<boolean> {
    const listed = authorization?.refreshOn?.includes(status) === true;
    if (authorization?.refresh === undefined || !(listed || expired)) return false;
    try {
      // Where the policy says that the token is bad, no challenge has to say so too.
      const renewed = authorization.refresh(this.deadline.signal, listed ? { status, headers } : undefined);
      return await this.waiting("credentials", this.within(renewed, "refreshing credentials"));
    } catch (error) {
      return this.fail(error);
    }
  }

  /** A fault of our own on a later attempt must still tell what the earlier ones may have done. */
  fail(error: unknown): never {
    if (isConnectorError(error)) {
      Object.assign(error, { attempts: this.sent, effect: worst(error.effect, this.effect) });
      if (this.failure !== undefined && error.cause === undefined) {
        Object.defineProperty(error, "cause", {
          value: this.failure.toError(this.final),
          configurable: true,
          writable: true,
        });
      }
    }
    throw error;
  }

  async attempt(
    request: ReadyRequest,
    authorization: Authorization | undefined,
    permit: Permit | undefined,
    visit: CacheVisit | undefined,
  ): Promise<Answer | Failed> {
    const { operation, deadline, settings } = this;
    const { connection } = this.bound;
    let settled: Parameters<Permit["settle"]> = [undefined];
    let isSent = false;
    try {
      deadline.throwIfAborted();
      const { remaining } = deadline;
      if (remaining <= 0) throw this.late("waiting to be sent");
      this.sent++;
      isSent = true;
      const offer = this.#offer;
      const send = this.watch?.fetch(this.sent, authorization) ?? connection.fetch;
      let answered: Answered;
      try {
        answered = await deadline.guard(
          exchangeOnce(
            operation,
            visit?.request ?? request,
            authorization,
            send,
            deadline.signal,
            offer && ((response) => offer(this, response, authorization)),
          ),
          Math.min(settings.timeout, remaining),
          () => new AttemptTimeout(settings.timeout),
        );
      } catch (error) {
        deadline.throwIfAborted();
        if (error instanceof AttemptTimeout && remaining <= settings.timeout) {
          this.effect = "unknown";
          this.guard?.settle(this.broken(error, authorization));
          throw this.late("waiting for the answer");
        }
        // It could not be signed, so it was not sent.
        if (isConnectorError(error)) {
          this.sent--;
          return this.fail(error);
        }
        return this.broken(error, authorization);
      }
      let exchange = exchangeOf(answered, request);
      // Limits hear what this answer says, not what a kept one once said.
      settled = [exchange];
      if (visit !== undefined) {
        answered = visit.renew(answered);
        exchange = exchangeOf(answered, request);
      }
      try {
        decodeAnswer(exchange, operation, answered);
      } catch (error) {
        return this.broken(error, authorization);
      }
      const { onReplay } = operation.policy.idempotency;
      let verdict = classify(operation.policy, exchange);
      if (onReplay && verdict && this.effect === "unknown") verdict = onReplay.use(onReplay, verdict, exchange);
      if (verdict === undefined) {
        visit?.keep(answered);
        return answerOf(operation, answered, exchange, this.sent, request.key, connection.redactor);
      }
      const wait = readWait(operation.policy.retry.retryAfter, exchange, connection.clock.now());
      settled = [exchange, { name: verdict.name, pause: verdict.pause, ...(wait !== undefined && { wait }) }];
      const advice = readAdvice(operation, exchange);
      const outcome: AttemptOutcome = {
        disposition: verdict.disposition,
        throttled: verdict.throttled,
        timedOut: false,
        storedError: request.key !== undefined && isStoredError(operation, exchange),
        ...(wait !== undefined && { wait }),
        ...(advice !== undefined && { advice }),
      };
      this.hideSecrets(authorization);
      return {
        failure: errorAnswer(operation, verdict, exchange, outcome, connection.redactor),
        status: exchange.status,
        exchange,
        expired: verdict.rule?.refresh === true,
      };
    } finally {
      if (isSent) permit?.settle(...settled);
      else permit?.release();
    }
  }

  look(rule: CacheRule, request: ReadyRequest, authorization: Authorization | undefined): ReturnType<CacheRule["use"]> {
    const { operation, settings } = this;
    const { connection } = this.bound;
    const credential = authorization?.credential ?? "";
    return rule.use({ connection, operation, tenant: settings.tenant, credential, request }, rule);
  }

  broken(error: unknown, authorization: Authorization | undefined): Failed {
    this.hideSecrets(authorization);
    return { failure: brokenAttempt(this.operation, error, this.bound.connection.redactor) };
  }

  hideSecrets(authorization: Authorization | undefined): void {
    if (authorization === undefined) return;
    for (const secret of authorization.secrets) this.bound.connection.redactor.addSecret(secret);
  }
}
