/**
 * Any client of Redis: sends one command, its name first, and gives the answer as the client reads it.
 * `(args) => ioredis.call(...args)`, `(args) => nodeRedis.sendCommand(args)`.
 */
export type RedisCommand = (command: [name: string, ...args: string[]]) => Promise<unknown>;

/** A Lua script over one key. It is sent by its hash, and whole to a server that does not have it. */
export class RedisScript {
  readonly #text: string;
  #hash: Promise<string> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  async run(send: RedisCommand, key: string, args: readonly (string | number)[]): Promise<unknown> {
    this.#hash ??= sha1(this.#text);
    const rest = ["1", key, ...args.map(String)];
    try {
      return await send(["EVALSHA", await this.#hash, ...rest]);
    } catch (error) {
      if (!isMissing(error)) throw error;
      return send(["EVAL", this.#text, ...rest]);
    }
  }
}

function isMissing(error: unknown): boolean {
  return String((error as { readonly message?: unknown } | null)?.message ?? error).includes("NOSCRIPT");
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
