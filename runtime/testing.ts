/** The contract suite of generated packages. Needs the peers vitest, msw, ajv and ajv-formats. */
import { setupServer } from "msw/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readContract } from "./contract/read-contract.ts";
import { checkCoverage, runCase } from "./contract/run-case.ts";

/** What a generated `contract.test.ts` hands over; `contract` and `document` are the parsed JSON files. */
export interface ContractSuite {
  readonly createClient: (options: never) => object;
  readonly validators: object;
  readonly mocks: object;
  readonly contract: unknown;
  readonly document: unknown;
}

/**
 * Declares one vitest test for each case of a contract: calls the client under MSW with the generated mock, then
 * checks the request and the answer against the version's OpenAPI document. A request that no handler knows, a
 * handler that no request reaches, and an operation without a case fail. Nothing leaves the process.
 */
export function contractSuite(suite: ContractSuite): void {
  const contract = readContract(suite.contract);
  if (typeof suite.document !== "object" || suite.document === null) throw new TypeError("document is not an object");
  const kit = { ...suite, contract, document: suite.document };
  const server = setupServer();

  describe(`${contract.provider} ${contract.version}`, () => {
    beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
    afterAll(() => server.close());

    test("every operation has one case and one mock", () => expectNone(checkCoverage(kit)));
    for (const one of contract.cases) {
      // The first case of a large document compiles its schemas.
      test(one.id, { timeout: 30_000 }, async () => expectNone(await runCase(kit, server, one)));
    }
  });
}

function expectNone(problems: readonly string[]): void {
  expect(problems, problems.join("\n")).toEqual([]);
}
