import { Broken } from "./broken.ts";
import { TimeoutError } from "./errors.ts";

/** No bytes came for too long. */
export class IdleTimeout extends Broken {
  constructor(limit: number) {
    super(`the stream was silent for ${limit} ms`, {
      Type: TimeoutError,
      label: "idle",
      effect: "unknown",
      code: "idle",
    });
  }
}
