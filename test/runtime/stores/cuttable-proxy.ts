import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy in front of a service, whose line a test cuts or silences. */
export class CuttableProxy {
  readonly #target: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #state: "open" | "cut" | "silent" = "open";

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((near) => this.#accept(near));
  }

  static async before(target: number): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Resets every connection and every new one. */
  cut(): void {
    this.#state = "cut";
    this.#reset();
  }

  /** Carries nothing any more, but keeps the connections. */
  silence(): void {
    this.#state = "silent";
    for (const [near, far] of this.#pairs) {
      near.unpipe(far);
      far.unpipe(near);
    }
  }

  /** Works again, for new connections and for those it kept. */
  mend(): void {
    this.#state = "open";
    for (const [near, far] of this.#pairs) this.#join(near, far);
  }

  close(): void {
    this.#reset();
    this.#server.close();
  }

  #accept(near: Socket): void {
    near.on("error", () => {});
    if (this.#state === "cut") {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host: "127.0.0.1", port: this.#target });
    far.on("error", () => near.destroy());
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    near.once("close", end);
    far.once("close", end);
    if (this.#state === "open") this.#join(near, far);
  }

  #join(near: Socket, far: Socket): void {
    near.pipe(far);
    far.pipe(near);
  }

  #reset(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }
}
