/**
 * The numbered contract with generated code, exported as `@couplet/runtime/codegen/v1`. Generated code imports
 * nothing else of this package; a change that old generated code cannot live with gets a new number.
 */
export { answerCache, type CacheKind } from "./answer-cache.ts";
export type {
  Attempt,
  AuthContext,
  Authenticator,
  AuthKind,
  Authorization,
  Credential,
  CredentialValue,
  SignRequest,
  UnsignedRequest,
} from "./auth/auth.ts";
export { oneScheme } from "./auth/auth.ts";
export { basicCredential } from "./auth/basic-credential.ts";
export { clientCredentials } from "./auth/client-credentials.ts";
export { assertionProof, basicProof } from "./auth/client-proofs.ts";
export { credentialLooks } from "./auth/credential-looks.ts";
export { credentialModes } from "./auth/credential-mode.ts";
export { inCookie, inQuery } from "./auth/credential-places.ts";
export { hookSignature } from "./auth/hook-signature.ts";
export { jwtBearer } from "./auth/jwt-bearer.ts";
export { keySignature } from "./auth/key-signature.ts";
export { refreshToken } from "./auth/refresh-token.ts";
export { securitySchemes } from "./auth/security-schemes.ts";
export { sessionLogin } from "./auth/session-login.ts";
export { signedAssertion } from "./auth/signed-assertion.ts";
export { staticCredential } from "./auth/static-credential.ts";
export { type BatchKind, batchedCalls } from "./batched-calls.ts";
export { type BodyEncoder, bytesBody, type EncodedBody, formBody, jsonBody, textBody } from "./body.ts";
export { bodyBuffer } from "./body-buffer.ts";
export { bodyKey } from "./body-key.ts";
export { type BodyPlace, bodyPlace } from "./body-place.ts";
export { type BreakerKind, circuitGuard } from "./breaker.ts";
export { type AttributesReader, callAttributes } from "./call-attributes.ts";
export { validatorsOf } from "./call-validation.ts";
export { changeRules } from "./changes.ts";
export { checkDeprecation } from "./check-deprecation.ts";
export { buildClient, createNamespace } from "./client.ts";
export { type AnswerCoercer, coerceAnswers } from "./coerce-answer.ts";
export { coercedResponse, coercedText } from "./coerced-text.ts";
export { concurrentCalls } from "./concurrent-calls.ts";
export { conditionHolds } from "./condition.ts";
export type { BaseClientOptions, Connection, TenantOptions } from "./connection.ts";
export { readDecimal, readEpoch, readInt64, readIso8601 } from "./conversions.ts";
export { cookieText } from "./cookie-text.ts";
export { deepQueryText } from "./deep-query-text.ts";
export { type DeprecationReader, deprecationNotices } from "./deprecation.ts";
export type * from "./descriptor.ts";
export { downloads } from "./downloads.ts";
export type { ApiError, ConnectorError, Effect, Issue } from "./errors.ts";
export { limitFeedback } from "./feedback.ts";
export { freshAnswers } from "./fresh-answers.ts";
export { headerText } from "./header-text.ts";
export { typedHeaders } from "./headers.ts";
export { idempotencyKeys } from "./idempotency.ts";
export { itemResults } from "./item-results.ts";
export { jsonLines } from "./json-lines.ts";
export { jsonLinesBody } from "./json-lines-body.ts";
export { keyReuse } from "./key-reuse.ts";
export { answeredCosts } from "./limit-cost.ts";
export { concurrencyLimits } from "./limits.ts";
export { longRunning, type PollingKind } from "./long-running.ts";
export { matchOperation } from "./match-operation.ts";
export { multipartBody } from "./multipart-body.ts";
export type {
  BytesCall,
  Call,
  CallMeta,
  CallOptions,
  CompletionOptions,
  Duration,
  Failure,
  ItemStream,
  NoHeaders,
  Operation,
  PagedCall,
  PolledCall,
  ServerSentEvent,
  StreamCall,
  StreamFace,
  StreamOptions,
  Success,
  Unanswered,
  WithResponse,
} from "./operation.ts";
export { operation } from "./operation.ts";
export { linkPages, nextUrlPages } from "./page-links.ts";
export { type PageTotal, totalItems, totalPages } from "./page-total.ts";
export { pagedCall } from "./paged-call.ts";
export {
  cursorPages,
  lastIdPages,
  type NextPage,
  offsetPages,
  type PageStrategy,
  type PageView,
  pageNumberPages,
} from "./paginate.ts";
export type { ParameterWriter } from "./parameters.ts";
export { queryText } from "./query-text.ts";
export { queueTimeout } from "./queue-timeout.ts";
export type { LimiterKind } from "./rate-limit.ts";
export { rateLimits } from "./rate-limits.ts";
export { replayDuplicate, replayNotFound } from "./replay-proof.ts";
export { chosenRequestBody, requestBody } from "./request-body.ts";
export { reservedQueryText } from "./reserved-query-text.ts";
export { sseEvents } from "./server-sent-events.ts";
export { serverVariables } from "./server-variables.ts";
export { sharedAnswers } from "./shared-answers.ts";
export { slidingWindow } from "./sliding-window.ts";
export { streamText } from "./stream-text.ts";
export { styledMultipartBody } from "./styled-multipart-body.ts";
export { styledPathText } from "./styled-path-text.ts";
export { tokenBucket } from "./token-bucket.ts";
export {
  type Declared,
  type DeclaredNode,
  type DeclaredParts,
  type DeclaredShapes,
  type UnknownParts,
  unknownParts,
} from "./unknown-parts.ts";
export type { OperationValidators, StandardResult, StandardSchema, Validators } from "./validators.ts";
export type { ValueNode, ValueShape, ValueShapes } from "./value-shape.ts";
export { type EchoReader, versionEcho } from "./version-echo.ts";
export { waitRule } from "./wait-rule.ts";
