/**
 * The headers that the lab is served with, wherever that is: its own server, a host that takes a _headers file, its service
 * worker. They isolate the page, so that the engine may use threads, and let it ask no other host for anything.
 */

/** As a header and as the page's `<meta>`, where a host sends no headers. */
export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self'; " +
  "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** Of a public host: other pages may embed the lab. */
export const publicHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "cross-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/** Of `gradus lab`: no other page may embed it, and the page finds itself served by the command. */
export const localHeaders = {
  ...publicHeaders,
  "content-security-policy": `${contentSecurityPolicy}; frame-ancestors 'none'`,
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
  "server-timing": "gradus-lab",
};
