/**
 * Preloaded into a child process: notes every socket, look-up, child and file that the process asks for, as lines of
 * the file in WATCH_IO. It records; whether it was allowed is judged by who reads the lines.
 */
import child from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

type Holder = Record<string, unknown>;
const log = fs.openSync(process.env["WATCH_IO"] ?? "", "a");
const writeSync = fs.writeSync;

function note(kind: string, what: unknown): void {
  const shown = what instanceof URL ? fileURLToPath(what) : typeof what === "string" ? resolve(what) : String(what);
  writeSync(log, `${JSON.stringify([kind, shown])}\n`);
}

/** Replaces a function by one that notes its first argument. */
function watch(holder: object, name: string, kind: string): void {
  const original = (holder as Holder)[name];
  if (typeof original !== "function") return;
  (holder as Holder)[name] = function (this: unknown, ...args: unknown[]): unknown {
    note(kind, kind === "net" || kind === "run" ? name : args[0]);
    return Reflect.apply(original, this, args);
  };
}

const readers = ["readFile", "open", "opendir", "readdir", "readlink", "createReadStream", "openAsBlob"];
const writers = [
  "writeFile",
  "appendFile",
  "mkdir",
  "mkdtemp",
  "rename",
  "rm",
  "rmdir",
  "unlink",
  "symlink",
  "link",
  "copyFile",
  "cp",
  "chmod",
  "truncate",
  "createWriteStream",
];
for (const [names, kind] of [
  [readers, "read"],
  [writers, "write"],
] as const) {
  for (const name of names) {
    watch(fs, name, kind);
    watch(fs, `${name}Sync`, kind);
    watch(fs.promises, name, kind);
  }
}
for (const name of ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"])
  watch(child, name, "run");
for (const name of ["lookup", "resolve", "resolve4", "resolve6"]) {
  watch(dns, name, "net");
  watch(dns.promises, name, "net");
}
watch(net.Socket.prototype, "connect", "net");
watch(dgram, "createSocket", "net");
watch(globalThis, "fetch", "net");
syncBuiltinESMExports();
