/** The cases in workerd, which is what runs Cloudflare Workers. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { build } from "esbuild";
import { startPlatformServer } from "./platform-server.ts";
import type { PlatformResult } from "./platforms.ts";

const worker = `import { runPlatformCases } from "./test/conformance/platform-cases.js";
export default {
  async fetch(request) {
    return Response.json(await runPlatformCases(new URL(request.url).searchParams.get("base"), false));
  },
};`;

/** By default a worker reaches public addresses only. */
const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "cases", worker = (
      modules = [(name = "worker", esModule = embed "worker.bundle.js")],
      compatibilityDate = "2026-01-01",
      globalOutbound = "loopback",
    )),
    (name = "loopback", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "cases")],
);`;

/** Runs the cases of `folder` in a worker; `program` is workerd. */
export async function runInWorker(folder: string, program: string): Promise<PlatformResult> {
  const entry = join(folder, "worker.js");
  await writeFile(entry, worker);
  await writeFile(join(folder, "config.capnp"), config);
  await build({
    entryPoints: [entry],
    outfile: join(folder, "worker.bundle.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  const server = await startPlatformServer(folder);
  const child = spawn(program, ["serve", join(folder, "config.capnp"), "--control-fd=3"], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const closed = once(child, "close");
  try {
    const port = await portOf(child.stdio[3] as Readable);
    const answer = await fetch(`http://127.0.0.1:${port}/?base=${encodeURIComponent(server.base)}`);
    return (await answer.json()) as PlatformResult;
  } finally {
    child.kill();
    await closed;
    await server.close();
  }
}

async function portOf(control: Readable): Promise<number> {
  for await (const line of createInterface(control)) {
    const { event, port } = JSON.parse(line) as { event: string; port: number };
    if (event === "listen") return port;
  }
  throw new Error("workerd ended before it listened");
}
