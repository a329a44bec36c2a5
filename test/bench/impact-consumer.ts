/** A consumer of many files that leans on a generated client: what `couplet impact` has to read. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./measure.ts";

/** Some 60 lines; every tenth file reads what the next version lacks. */
function fileText(index: number): string {
  const before = index === 0 ? "" : `import { summary as before } from "./module-${index - 1}.ts";\n`;
  const gone =
    index % 10 === 0
      ? `\nexport const charges = (paid: PaymentIntent): number => paid.charges?.data.length ?? 0;\n`
      : "";
  return `import { createClient } from "@connectors/stripe/2022-08-01";
import type { Charge, Customer, PaymentIntent, Refund } from "@connectors/stripe/2022-08-01";
${before}
const stripe = createClient({ auth: { secretKey: "sk_test" } });

export interface Summary {
  readonly id: string;
  readonly total: number;
  readonly currency: string;
  readonly labels: readonly string[];
}

export async function load(intent: string): Promise<PaymentIntent> {
  return stripe.paymentIntents.retrieve({ intent });
}

export function summary(paid: PaymentIntent): Summary {
  const { id, amount, currency, status, metadata = {} } = paid;
  const labels = Object.entries(metadata).map(([key, value]) => \`\${key}=\${value}\`);
  if (status === "succeeded" && paid.amount_received !== undefined) labels.push(String(paid.amount_received));
  ${index === 0 ? "" : "if (labels.length > 100) return before(paid);"}
  return { id, total: amount, currency, labels };
}

export function labelOf(charge: Charge): string {
  switch (charge.status) {
    case "succeeded":
      return "paid";
    case "failed":
      return charge.failure_message ?? charge.failure_code ?? "failed";
    default:
      return "waiting";
  }
}

export async function refundAll(charges: readonly Charge[]): Promise<readonly Refund[]> {
  const done: Refund[] = [];
  for (const charge of charges) {
    if (charge.refunded || charge.amount === charge.amount_refunded) continue;
    done.push(await stripe.refunds.create({ body: { charge: charge.id, reason: "requested_by_customer" } }));
  }
  return done;
}

export function addressOf(customer: Customer): string {
  const { line1, postal_code, city, country } = customer.address ?? {};
  return [line1, [postal_code, city].filter(Boolean).join(" "), country].filter(Boolean).join(", ");
}

export async function* recent(customer: string): AsyncGenerator<Summary> {
  for await (const paid of stripe.paymentIntents.list({ customer, limit: 50 })) yield summary(paid);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
${gone}`;
}

/** Writes the consumer, with the project that its client comes from, into an empty folder. */
export function writeConsumer(folder: string, files: number): void {
  mkdirSync(join(folder, "src"), { recursive: true });
  mkdirSync(join(folder, "node_modules/@connectors"), { recursive: true });
  mkdirSync(join(folder, "node_modules/@couplet"));
  symlinkSync(join(root, "generated/stripe"), join(folder, "node_modules/@connectors/stripe"));
  symlinkSync(join(root, "runtime"), join(folder, "node_modules/@couplet/runtime"));
  cpSync(join(root, "specs/stripe"), join(folder, "specs/stripe"), { recursive: true });
  cpSync(join(root, "couplet.lock.json"), join(folder, "couplet.lock.json"));
  const compilerOptions = {
    target: "es2023",
    lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"],
    module: "nodenext",
    customConditions: ["@couplet/source"],
    types: [],
    strict: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  };
  writeFileSync(join(folder, "package.json"), '{ "name": "consumer", "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
  for (let index = 0; index < files; index++) writeFileSync(join(folder, `src/module-${index}.ts`), fileText(index));
}
