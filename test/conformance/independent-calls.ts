/** Sends the sample call of every operation of a generated package to an independent validator. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Contract, type ContractCase, reviveBlobs } from "../../runtime/contract/case.ts";
import type { Validator } from "./independent-validator.ts";

export interface Verdict {
  /** `namespace.method`. */
  readonly operation: string;
  /** What was sent: method and target. */
  readonly sent: string;
  /** Empty: the request was accepted. */
  readonly problems: readonly string[];
}

type CreateClient = (options: object) => object;

/** One verdict an operation, in the order of the document. */
export async function judgeOperations(entry: string, validator: Validator): Promise<Verdict[]> {
  const contract = JSON.parse(await readFile(join(dirname(entry), "contract.json"), "utf8")) as Contract;
  const { createClient } = (await import(/* @vite-ignore */ pathToFileURL(entry).href)) as {
    createClient: CreateClient;
  };
  const verdicts: Verdict[] = [];
  for (const wanted of contract.cases) verdicts.push(await judge(createClient, contract, wanted, validator));
  return verdicts;
}

async function judge(
  createClient: CreateClient,
  contract: Contract,
  wanted: ContractCase,
  validator: Validator,
): Promise<Verdict> {
  let sent = "";
  let problems: string[] | undefined;
  const send = async (url: string, init?: RequestInit): Promise<Response> => {
    if (!url.startsWith(`${validator.url}/`)) {
      return Response.json({ access_token: "sample", token_type: "Bearer", expires_in: 3600 });
    }
    sent = `${init?.method ?? "GET"} ${url.slice(validator.url.length)}`;
    problems = await validator.readVerdict(await fetch(url, init));
    return new Response(null, { status: 204 });
  };
  let refused: unknown;
  try {
    const { auth, serverVariables } = contract;
    let target: unknown = createClient({
      ...{ auth, fetch: send, baseUrl: validator.url },
      ...(serverVariables === undefined ? {} : { serverVariables }),
    });
    for (const name of wanted.call.slice(0, -1)) target = (target as Record<string, unknown>)[name];
    const method = (target as Record<string, (input: unknown, options: object) => Promise<unknown>>)[
      wanted.call.at(-1) ?? ""
    ]!;
    await method(reviveBlobs(wanted.input), { retry: false, deadline: "30s" });
  } catch (error) {
    // The answer is ours and empty: what a client thinks of it is no part of this.
    refused = error;
  }
  return { operation: wanted.id, sent, problems: problems ?? [`nothing was sent: ${String(refused)}`] };
}
