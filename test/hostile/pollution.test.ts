import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ownOptions } from "../../runtime/own-options.ts";

const script = fileURLToPath(new URL("./polluted-call.ts", import.meta.url));

test("a polluted Object.prototype supplies no option: every request goes where, and as, the client says", async () => {
  const flags = ["--conditions=@couplet/source", "--disable-proto=throw"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
  const told = JSON.parse(stdout) as {
    sent: { url: string; headers: [string, string][]; body: string }[];
    outcomes: string[];
  };
  expect(told.outcomes).toEqual(["get: ok", "create: ok", "new client: ok"]);
  expect(told.sent).toHaveLength(3);
  for (const { url, headers, body } of told.sent) {
    expect(url).toMatch(/^https:\/\/pay\.example\//);
    expect(new Map(headers).get("authorization")).toBe("Bearer sk_test_very_secret_0123456789");
    expect(`${url} ${JSON.stringify(headers)} ${body}`).not.toMatch(/polluted|attacker/);
  }
}, 60_000);

test("inherited options do not count, own ones do", () => {
  const options = ownOptions(Object.assign(Object.create({ baseUrl: "https://attacker.example" }), { tenant: "a" }));
  expect((options as { baseUrl?: string }).baseUrl).toBeUndefined();
  expect((options as { tenant?: string }).tenant).toBe("a");
});
