/**
 * Generates a client from Stripe's own document and calls it over a loopback socket, printing what arrived:
 * `node --conditions=@couplet/source test/conformance/stripe.ts`
 */
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { generateStripe } from "./generate-stripe.ts";
import { startRecordingServer } from "./recording-server.ts";
import { clientOptions, stripeCalls } from "./stripe-calls.ts";

const generated = await generateStripe();
if (generated === undefined) {
  console.log("skipped: ../shared/real-specs is absent");
} else {
  const server = await startRecordingServer();
  for (const call of stripeCalls) {
    try {
      await call.run(generated.createClient(clientOptions(server)), server);
      console.log(`ok    ${call.name}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`FAIL  ${call.name}\n${error instanceof Error ? error.stack : String(error)}`);
    }
    for (const { method, target, body } of server.arrivals) console.log(`      ${method} ${target} ${body}`);
  }
  await server.close();
  await rm(dirname(generated.package.dir), { recursive: true, force: true });
}
