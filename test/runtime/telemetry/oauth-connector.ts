import {
  type AuthScheme,
  basicProof,
  type Connector,
  clientCredentials,
  refreshToken,
} from "@couplet/runtime/codegen/v1";
import { connector } from "../pay.ts";

const token: NonNullable<AuthScheme["token"]> = {
  url: "https://login.pay.example/token",
  clientAuth: "body",
  clientId: "{clientId}",
  clientSecret: "{clientSecret}",
  scopes: [],
  params: {},
  expiresIn: { path: ["expires_in"], unit: "seconds" },
  refreshBefore: 60_000,
  rotation: "none",
};
const oauth: AuthScheme = {
  use: clientCredentials,
  credentials: ["clientId", "clientSecret"],
  apply: [{ in: "header", name: "Authorization", value: "Bearer {accessToken}" }],
  token,
  refreshOn: [401],
};
const credentials = { clientId: {}, clientSecret: {}, refreshToken: {} };

/** The payments connector with OAuth client credentials, sent in the form. */
export const oauthConnector: Connector = { ...connector, credentials, auth: { oauth } };

/** The same with a refresh token that works once, and client credentials in the Authorization header. */
export const refreshingConnector: Connector = {
  ...connector,
  credentials,
  auth: {
    oauth: {
      ...oauth,
      use: refreshToken,
      credentials: ["clientId", "clientSecret", "refreshToken"],
      token: {
        ...token,
        clientAuth: "basic",
        prove: basicProof,
        refreshToken: "{refreshToken}",
        rotation: "singleUse",
      },
    },
  },
};
