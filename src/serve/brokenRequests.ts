/**
 * Requests that break off below the routes: what is no HTTP, headers that are too large, a client that is too slow. Node responds to
 * them with an empty body; here they get a refusal as JSON, like all others.
 *
 * Knows no framework.
 */
import { type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { RequestError } from "./requestError.ts";

/**
 * @param seconds within which a request must have come, for the message
 * @param onRefused called with refusals that no route sees
 */
export function refuseBroken(server: Server, seconds: number, onRefused: (refusal: RequestError) => void): void {
  const responses = new WeakMap<Duplex, ServerResponse>();
  server.on("request", ({ socket }, response) => responses.set(socket, response));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const refusal = refusalOf(error, seconds);
    const response = responses.get(socket);
    const isOpen = response !== undefined && !response.writableFinished;
    if (refusal !== undefined && !isOpen) onRefused(refusal); // else the route that reads it does, see clientLeft
    const isWritable = socket.writable && !(isOpen && response.headersSent);
    if (refusal === undefined || !isWritable) socket.destroy(refusal);
    else socket.end(responseText(refusal), () => socket.destroy(refusal));
  });
}

/** Undefined where the client left. */
function refusalOf({ code, message }: NodeJS.ErrnoException, seconds: number): RequestError | undefined {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new RequestError("slow-request", `The request did not come within ${seconds} s. Send it faster.`);
    case "HPE_HEADER_OVERFLOW":
      return new RequestError("headers-too-large", "Expected an address and headers of at most 16 KiB. Send fewer.");
    case "HPE_INVALID_EOF_STATE": // the client ended the connection within its request
      return undefined;
    default:
      return code?.startsWith("HPE_") ? new RequestError("not-http", `Expected HTTP/1.1: ${message}.`) : undefined;
  }
}

function responseText(refusal: RequestError): string {
  const { status } = refusal;
  const body = JSON.stringify(refusal);
  const headers = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\n\r\n${body}`;
}
