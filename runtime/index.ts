/** What people use: errors and their guards, `connect`, shared connections, stores, the clock, and the types of calls. */
export type { Credential, CredentialValue, SignRequest, UnsignedRequest } from "./auth/auth.ts";
export { validatorsOf } from "./call-validation.ts";
export { connect, type Method, type OperationTree } from "./client.ts";
export { type Clock, systemClock } from "./clock.ts";
export {
  type BaseClientOptions,
  type Connection,
  createConnection,
  type TenantOptions,
} from "./connection.ts";
export type { ApiErrorBase } from "./descriptor.ts";
export {
  ApiError,
  type ApiErrorContext,
  AuthenticationError,
  CircuitOpenError,
  ConflictError,
  ConnectorError,
  DecodeError,
  DeprecationError,
  type Effect,
  type ErrorContext,
  InputValidationError,
  InvalidRequestError,
  type Issue,
  isApiError,
  isConnectorError,
  type LocalErrors,
  NetworkError,
  NotFoundError,
  PermissionError,
  QueueFullError,
  RateLimitError,
  ReauthorizationRequiredError,
  RedirectError,
  ResponseTooLargeError,
  ResponseValidationError,
  ServerError,
  TimeoutError,
} from "./errors.ts";
export { hooks } from "./hooks.ts";
export { withLocalShare } from "./local-share.ts";
export { type Logger, logTo } from "./log-to.ts";
export type {
  BytesCall,
  Call,
  CallMeta,
  CallOptions,
  CompletionOptions,
  Duration,
  Failure,
  ItemStream,
  Operation,
  PagedCall,
  PolledCall,
  Priority,
  ServerSentEvent,
  StreamCall,
  StreamOptions,
  Success,
  Unanswered,
  WithResponse,
} from "./operation.ts";
export { type PartOptions, part } from "./part.ts";
export { sharedBreakers } from "./shared-circuits.ts";
export type { AnswerStore, StoredAnswer } from "./stores/answer-store.ts";
export type { BreakerStore, SharedBreakerStore } from "./stores/breaker-store.ts";
export { MemoryAnswerStore } from "./stores/memory-answer-store.ts";
export { MemoryRateStore } from "./stores/memory-rate-store.ts";
export { MemoryTokenStore } from "./stores/memory-token-store.ts";
export type { Ending, RateFeedback, RatePolicy, RateStore, SafeRateStore, Verdict } from "./stores/rate-store.ts";
export type { Lease, StoredToken, TokenStore } from "./stores/token-store.ts";
export type {
  AttemptEnd,
  AttemptStart,
  Breaker,
  CacheFault,
  CallEnd,
  CallInfo,
  Deprecation,
  DeprecationNotice,
  HookFault,
  Invalid,
  Refresh,
  Retry,
  Telemetry,
  TelemetryEvents,
  TelemetryHooks,
  VersionMismatch,
  Wait,
} from "./telemetry.ts";
export type { OperationValidators, StandardSchema, Validators } from "./validators.ts";
