/** A person's authorization that came to nothing; holds no code, token or secret. */
export class AuthorizationError extends Error {
  override name: string = "AuthorizationError";
  /** `denied`: the provider said no. `state`: the return belongs to another start. `server`: no usable token came. */
  readonly code: "denied" | "state" | "server";

  constructor(code: "denied" | "state" | "server", message: string) {
    super(message);
    this.code = code;
  }
}
