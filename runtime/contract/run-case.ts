import { type HttpHandler, HttpResponse, http } from "msw";
import type { SetupServer } from "msw/node";
import { type CapturedRequest, captureRequest } from "./capture.ts";
import { type Contract, type ContractCase, reviveBlobs } from "./case.ts";
import { checkAnswer } from "./check-answer.ts";
import { checkRequest } from "./check-request.ts";
import { isNode, listOperations, locate, member, pointerTo } from "./document.ts";
import { withFreshKeys } from "./sample-keys.ts";
import { isLogin, loginEndpoint } from "./sample-login.ts";
import { widenCase } from "./widen-case.ts";

/** What a generated package gives to its contract suite. */
export interface ContractKit {
  readonly createClient: (options: never) => object;
  readonly validators: object;
  /** Handler factories by operation id; called without arguments they answer as the case says. */
  readonly mocks: object;
  readonly contract: Contract;
  /** The version's bundled OpenAPI 3.1 document. */
  readonly document: object;
}

interface Running {
  withResponse(): Promise<{ readonly data: unknown; readonly response: Response }>;
}

/** Header that tells whether the options of a call were taken for what they are. */
const mark = "x-contract-case";

/** Given to every call, so that a key in a body can be told from what the case wants there. */
const key = "00000000-0000-4000-8000-0000c0a1e5ce";

/** Calls the client along one case under a running MSW server. Returns everything that went wrong. */
export async function runCase(kit: ContractKit, server: SetupServer, given: ContractCase): Promise<string[]> {
  const { contract, document } = kit;
  const operation = listOperations(document).find(({ method, path }) => {
    return method === given.request.method && path === given.request.path;
  });
  if (!operation) return [`the document has no operation ${given.request.method} ${given.request.path}`];
  const wanted = widenCase(document, operation, given);
  const create = member(kit.mocks, wanted.id);
  if (typeof create !== "function") return [`mocks.ts has no handler ${JSON.stringify(wanted.id)}`];

  const requests: CapturedRequest[] = [];
  // Where the token endpoint is an operation of the document, its own case calls it.
  const own = wanted.request.path.split(/[?#]/)[0]!;
  const tokenUrls = listTokenUrls(contract, document).filter((url) => !new URL(url).pathname.endsWith(own));
  const mock = create() as HttpHandler;
  const logins = (contract.logins ?? []).filter(({ url }) => !url.endsWith(own));
  const ignored = (url: string) => tokenUrls.includes(url) || logins.some((login) => isLogin(login, url));
  server.resetHandlers(spy(requests, ignored), ...tokenUrls.map(tokenEndpoint), ...logins.map(loginEndpoint), mock);
  const problems: string[] = [];
  try {
    const { data, response } = await callAlong(kit, wanted);
    problems.push(...(await checkAnswer(document, operation, { status: response.status, data }, wanted)));
  } catch (error) {
    problems.push(`the call failed: ${describeError(error)}`);
  }
  if (!mock.isUsed) problems.push(`the handler ${wanted.id} was not used`);
  if (requests.length !== 1) problems.push(`${requests.length} requests were sent, wanted 1`);
  for (const request of requests) {
    if (request.headers.get(mark) !== wanted.id) problems.push("the options of the call did not reach the request");
  }
  for (const request of requests)
    problems.push(...checkRequest(document, request, wanted, { server: contract.server, key }));
  return problems;
}

/** Operations without a case, cases and mocks without an operation, exclusions of what is not there. */
export function checkCoverage(kit: ContractKit): string[] {
  const { contract, document, mocks } = kit;
  const keys = listOperations(document).map((operation) => operation.key);
  const called = contract.cases.map((one) => `${one.request.method} ${one.request.path}`);
  const excluded = contract.excluded ?? [];
  const ids = contract.cases.map((one) => one.id);
  return [
    ...keys.filter((key) => !called.includes(key) && !excluded.includes(key)).map((key) => `${key} has no case`),
    ...called.filter((key) => !keys.includes(key)).map((key) => `${key} has a case, but is not in the document`),
    ...excluded.filter((key) => !keys.includes(key)).map((key) => `${key} is excluded, but is not in the document`),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} has two cases`),
    ...Object.keys(mocks)
      .filter((id) => !ids.includes(id))
      .map((id) => `mock ${id} has no case`),
  ];
}

async function callAlong(
  kit: ContractKit,
  wanted: ContractCase,
): Promise<Awaited<ReturnType<Running["withResponse"]>>> {
  const { baseUrl, serverVariables, signature } = kit.contract;
  const auth = withFreshKeys(kit.contract);
  // A new client for each case: no limiter, token or breaker state of one case reaches the next.
  const clientOptions = {
    auth,
    validators: kit.validators,
    ...(signature === undefined ? {} : { sign: () => signature }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(serverVariables === undefined ? {} : { serverVariables }),
  };
  let owner: unknown;
  let target: unknown = kit.createClient(clientOptions as never);
  for (const name of wanted.call) {
    owner = target;
    target = isNode(owner) ? owner[name] : undefined;
  }
  if (typeof target !== "function") throw new Error(`the client has no method ${wanted.call.join(".")}`);
  const options = { retry: false, deadline: "10s", idempotencyKey: key, headers: { [mark]: wanted.id } };
  const running = target.call(owner, reviveBlobs(wanted.input), options) as Running;
  return await running.withResponse();
}

/** Matches nothing, so that an unknown request stays unhandled; reads the body before any handler answers. */
function spy(requests: CapturedRequest[], ignored: (url: string) => boolean): HttpHandler {
  return http.all(
    async ({ request }) => {
      if (!ignored(withoutQuery(request.url))) requests.push(await captureRequest(request.clone()));
      return false;
    },
    () => undefined,
  );
}

function tokenEndpoint(url: string): HttpHandler {
  return http.post(
    ({ request }) => withoutQuery(request.url) === url,
    () => HttpResponse.json({ access_token: "contract-token", token_type: "Bearer", expires_in: 3600 }),
  );
}

function listTokenUrls(contract: Contract, document: object): string[] {
  const urls = new Set(contract.tokenUrls ?? []);
  const schemes = member(member(document, "components"), "securitySchemes");
  for (const name of isNode(schemes) ? Object.keys(schemes) : []) {
    const flows = member(locate(document, pointerTo("/components/securitySchemes", name)).node, "flows");
    for (const flow of isNode(flows) ? Object.values(flows) : []) {
      const url = member(flow, "tokenUrl");
      if (typeof url === "string" && URL.canParse(url, contract.server)) urls.add(new URL(url, contract.server).href);
    }
  }
  return [...urls];
}

function withoutQuery(url: string): string {
  return url.split("?")[0]!;
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? String(error) : `${String(error)} (${describeError(error.cause)})`;
}
