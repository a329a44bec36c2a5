/** No bytes came for too long. */
export class IdleTimeout extends Error {
  readonly limit: number;

  constructor(limit: number) {
    super("idle timeout");
    this.limit = limit;
  }
}
