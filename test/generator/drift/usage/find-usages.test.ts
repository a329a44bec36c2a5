/** What each form of code is taken for: one file a row, all in one program. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findUsages } from "../../../../generator/drift/usage/find-usages.ts";
import type { FoundSite } from "../../../../generator/drift/usage/found-site.ts";
import { openPrograms } from "../../../../generator/drift/usage/open-program.ts";
import { projectRoot } from "../../explain/run-in-project.ts";

const folder = join(projectRoot, "test/.tmp/drift-snippets");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const head = `import { createClient } from "@connectors/stripe/2022-08-01";
import type { Charge, Customer, File, FilePurpose, PaymentIntent, PaymentIntentCreateParams, RefundCreateParams } from "@connectors/stripe/2022-08-01";
declare const stripe: ReturnType<typeof createClient>;
declare const charge: Charge;
declare const intent: PaymentIntent;
declare const file: File;
declare const customer: Customer;
declare const text: string;
`;

/** Code -> its uses as `how pointer-tail value`; types that come along with a member are not listed. */
const rows: [code: string, uses: string[]][] = [
  ["charge.amount;", ["read Charge/amount"]],
  ["charge?.amount;", ["read Charge/amount"]],
  ["charge!.amount;", ["read Charge/amount"]],
  ['charge["amount"];', ["read Charge/amount"]],
  [
    "charge.billing_details.address?.city;",
    ["read Address/city", "read BillingDetails/address", "read Charge/billing_details"],
  ],
  ["const { amount } = charge;", ["read Charge/amount"]],
  ["const { amount: sum = 0, ...rest } = charge; rest.paid;", ["read Charge/amount", "read Charge/paid"]],
  ['const { "amount": sum } = charge;', ["read Charge/amount"]],
  [
    "const { outcome: { type } = {} as never } = { outcome: charge.outcome! };",
    ["read Charge/outcome", "read ChargeOutcome/type"],
  ],
  ["let amount: number; ({ amount } = charge);", ["read Charge/amount"]],
  ["function f({ amount }: Charge) { return amount; }", ["read Charge/amount", "type Charge"]],
  ["[charge].map((one) => one.paid);", ["read Charge/paid"]],
  ["const copy = { ...charge }; copy.paid;", ["read Charge/paid"]],
  ["const partial: Partial<Charge> = charge; partial.paid;", ["read Charge/paid", "type Charge"]],
  ['"paid" in charge;', ["read Charge/paid"]],
  ["charge.amount = 5;", ["write Charge/amount"]],
  ["charge.amount += 5;", ["write Charge/amount"]],
  ["charge.amount++;", ["write Charge/amount"]],
  ["delete charge.outcome;", ["write Charge/outcome"]],
  ['charge.status === "failed";', ["compare Charge/status failed"]],
  ['"failed" !== charge.status;', ["compare Charge/status failed"]],
  ['const { status } = charge; if (status === "failed") {}', ["compare Charge/status failed", "read Charge/status"]],
  ['const s = charge.status; s === "failed";', ["compare Charge/status failed", "read Charge/status"]],
  ["(charge.refunds ?? null) === null;", ["read Charge/refunds"]],
  [
    '["failed", "pending"].includes(charge.status);',
    ["compare Charge/status failed", "compare Charge/status pending", "read Charge/status"],
  ],
  [
    'switch (charge.status) { case "failed": break; default: }',
    ["compare Charge/status", "compare Charge/status failed"],
  ],
  ['switch (charge.status) { case "failed": break; }', ["compare Charge/status failed", "exhaustive Charge/status"]],
  [
    'function f(p: FilePurpose) { switch (p) { case "selfie": break; } }',
    ["compare FilePurpose selfie", "exhaustive FilePurpose", "type FilePurpose"],
  ],
  [
    'switch (file.purpose) { case "selfie": break; }',
    ["compare File/purpose selfie", "compare FilePurpose selfie", "exhaustive File/purpose", "exhaustive FilePurpose"],
  ],
  [
    'function f(body: PaymentIntentCreateParams) { const how = body.capture_method; switch (how) { case "automatic": case "manual": case undefined: break; default: { const no: never = how; } } }',
    [
      "compare PaymentIntentCreateParams/capture_method automatic",
      "compare PaymentIntentCreateParams/capture_method manual",
      "exhaustive PaymentIntentCreateParams/capture_method",
      "read PaymentIntentCreateParams/capture_method",
      "type PaymentIntentCreateParams",
    ],
  ],
  ["stripe.charges.list();", ["call listCharges"]],
  ['stripe.charges.list({ customer: "c", limit: 5 });', ["call listCharges", "write Customer c", "write Limit 5"]],
  ["const list = stripe.charges.list;", ["read listCharges"]],
  ["for await (const { paid } of stripe.charges.list()) paid;", ["call listCharges", "read Charge/paid"]],
  [
    'stripe.refunds.create({ body: { reason: "fraudulent" } });',
    ["call createRefund", "write RefundCreateParams/reason fraudulent", "write requestBody"],
  ],
  [
    'const body = { reason: "fraudulent" as const }; stripe.refunds.create({ body });',
    ["call createRefund", "write RefundCreateParams/reason", "write requestBody"],
  ],
  [
    "const body: RefundCreateParams = { charge: text };",
    ["type RefundCreateParams", "write RefundCreateParams/charge"],
  ],
  ['type T = Charge["status"];', ["type Charge", "type Charge/status"]],
  ['type T = Pick<Charge, "status" | "id">;', ["type Charge", "type Charge/id", "type Charge/status"]],
  ["interface Mine extends Charge { mine: true }", ["type Charge"]],
  ['type T = import("@connectors/stripe/2022-08-01").RefundList;', ["type RefundList"]],
  ["export type { Charge };", ["reexport Charge"]],
  ['export { chargesList } from "@connectors/stripe/2022-08-01/charges";', ["reexport listCharges"]],
  ["JSON.stringify(charge);", ["escape Charge"]],
  ["const any: any = charge;", ["escape Charge"]],
  ["charge as unknown;", ["escape Charge"]],
  ["(text as any)(charge);", ["escape Charge"]],
  ["const bag: Record<string, unknown> = { charge };", ["escape Charge"]],
  ["Object.keys(charge);", ["escape Charge"]],
  ["charge[text as keyof Charge];", ["escape Charge", "type Charge"]],
  ["function f(): unknown { return charge; }", ["escape Charge"]],
  ["JSON.stringify(charge.amount);", ["read Charge/amount"]],
  ["console.log(text, 5);", []],
  ["const amount = 5; ({ amount });", []],
  ["const other = { paid: true }; other.paid;", []],
];

let sites: readonly FoundSite[] = [];
beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  const extended = relative(folder, join(projectRoot, "tsconfig.json")).replaceAll("\\", "/");
  const compilerOptions = { types: [], declaration: false, isolatedDeclarations: false };
  const tsconfig = JSON.stringify({ extends: extended, compilerOptions, include: ["*.ts"], exclude: [] });
  writeFileSync(join(folder, "tsconfig.json"), tsconfig);
  for (const [index, [code]] of rows.entries()) writeFileSync(join(folder, `row-${index}.ts`), `${head}${code}\n`);
  const [program] = openPrograms(join(folder, "tsconfig.json"));
  sites = findUsages(program!).sites;
}, 120_000);

test("what a library exports may be used by others: all that its types lead to", { timeout: 60_000 }, () => {
  const library = join(folder, "library");
  mkdirSync(library, { recursive: true });
  const extended = relative(library, join(projectRoot, "tsconfig.json")).replaceAll("\\", "/");
  const compilerOptions = { types: [], declaration: true, isolatedDeclarations: false };
  writeFileSync(
    join(library, "tsconfig.json"),
    JSON.stringify({ extends: extended, compilerOptions, include: ["*.ts"], exclude: [] }),
  );
  writeFileSync(
    join(library, "given.ts"),
    `${head}export const first = (of: Customer[]) => of[0];
`,
  );
  writeFileSync(
    join(library, "hidden.ts"),
    `${head}const first = (of: Charge[]) => of[0]; first([]);
`,
  );
  const [program] = openPrograms(join(library, "tsconfig.json"));
  const escapes = findUsages(program!).sites.filter(({ how }) => how === "escape");
  const names = escapes.map(({ file, pointer }) => `${file.fileName.slice(library.length + 1)} ${pointer}`);
  expect(names.sort()).toEqual(
    ["Address", "Customer", "Metadata", "Shipping"].map((name) => `given.ts /components/schemas/${name}`),
  );
});

/** `Charge/amount`, the key of an operation, or the last part. */
function tailOf({ pointer, of }: FoundSite): string {
  const operation = Object.values(of.bindings.operations).find((one) => one.pointer === pointer);
  const [, name, members] = /^\/components\/(?:schemas|parameters)\/([^/]+)(.*)$/.exec(pointer) ?? [];
  if (operation !== undefined) return operation.operation;
  return name === undefined
    ? pointer.slice(pointer.lastIndexOf("/") + 1)
    : name + members!.replaceAll("/properties", "");
}

describe("uses", () => {
  test.each(rows)("%s", (code, uses) => {
    const name = `row-${rows.findIndex((row) => row[0] === code)}.ts`;
    const own = sites.filter(({ file, start }) => file.fileName.endsWith(`/${name}`) && start >= head.length);
    // What a member's type brings along stands at the same place; escapes lead to all that the type leads to.
    const direct = own.filter(({ declaration, start, pointer, how }) => {
      const others = own.filter((one) => one.start === start && one.declaration !== declaration);
      const isType = /^\/components\/schemas\/[^/]+$/.test(pointer) || /\/responses|\/parameters$/.test(pointer);
      if (how === "escape") return pointer.endsWith("/Charge");
      const mayBring = others.some((one) => one.how === how && !/schemas\/[^/]+$/.test(one.pointer));
      return !(isType && mayBring && !pointer.endsWith("FilePurpose"));
    });
    const told = direct.map((site) => `${site.how} ${tailOf(site)} ${site.value ?? ""}`.trim());
    expect([...new Set(told)].sort()).toEqual([...uses].sort());
  });
});
