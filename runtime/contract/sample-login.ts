import { type HttpHandler, HttpResponse, http } from "msw";
import type { SampleLogin } from "./case.ts";

/** Whether a URL without its query is that of a login call. */
export function isLogin({ url }: SampleLogin, called: string): boolean {
  const [head = "", ...rest] = url.split(/\{[^{}]*\}/);
  if (!called.startsWith(head)) return false;
  let at = head.length;
  for (const piece of rest) {
    const next = piece === "" ? called.length : called.indexOf(piece, at + 1);
    if (next <= at || called.slice(at, next).includes("/")) return false;
    at = next + piece.length;
  }
  return at === called.length;
}

/** Answers a login call with a token where the policy looks for it. */
export function loginEndpoint(login: SampleLogin): HttpHandler {
  const token = "contract-token";
  const body = (login.body ?? []).reduceRight<unknown>((value, name) => ({ [name]: value }), token);
  return http.all(
    ({ request }) => request.method === login.method && isLogin(login, request.url.split("?")[0]!),
    () =>
      HttpResponse.json(login.body === undefined ? {} : (body as object), {
        headers: login.header === undefined ? {} : { [login.header]: token },
      }),
  );
}
