/** How a provider lets callers prove who they are, as its document says. */
export interface SecurityScheme {
  readonly name: string;
  readonly type: "apiKey" | "http" | "oauth2" | "openIdConnect" | "mutualTLS";
  readonly in?: "header" | "query" | "cookie";
  /** Name of the header, query parameter or cookie of an apiKey. */
  readonly parameter?: string;
  /** Lower-cased HTTP authentication scheme. */
  readonly scheme?: string;
  readonly bearerFormat?: string;
  readonly openIdConnectUrl?: string;
  readonly description?: string;
  readonly flows?: Readonly<Record<string, OAuthFlow>>;
}

export interface OAuthFlow {
  readonly tokenUrl?: string;
  readonly authorizationUrl?: string;
  readonly refreshUrl?: string;
  readonly scopes: readonly string[];
}
