import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findRealSpec } from "./generate-package.ts";
import { type GeneratedStripe, generateStripe } from "./generate-stripe.ts";
import { type RecordingServer, startRecordingServer } from "./recording-server.ts";
import { clientOptions, stripeCalls } from "./stripe-calls.ts";

const absent = findRealSpec("stripe/2023-08-16/openapi.yaml") === undefined;
if (absent) console.log("skipped: conformance with Stripe's own document (../shared/real-specs is absent)");

describe.skipIf(absent)("the client of Stripe's own document", () => {
  let generated: GeneratedStripe;
  let server: RecordingServer;
  beforeAll(async () => {
    generated = (await generateStripe())!;
    server = await startRecordingServer();
  }, 60_000);
  afterAll(async () => {
    await server?.close();
    if (generated) await rm(dirname(generated.package.dir), { recursive: true, force: true });
  });

  test("has every operation", () => expect(generated.package.operations).toBe(468));
  for (const call of stripeCalls) {
    test(call.name, { timeout: 20_000 }, () => call.run(generated.createClient(clientOptions(server)), server));
  }
});
