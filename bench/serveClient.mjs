/**
 * A client that sends one request after another on each of many connections, and counts the first response of each connection apart: it waits
 * until the server has accepted the connection, which the others don't.
 */
import { connect } from "node:net";
import { performance } from "node:perf_hooks";

/**
 * @typedef {{ p50: number, p99: number, most: number }} Times of responses, in milliseconds
 * @typedef {{ rate: number, first: Times, later: Times, failed: number }} ClientLoad
 */

/**
 * @param {{ url: string, body: unknown, count: number, seconds: number }} options
 * @returns {Promise<ClientLoad>}
 */
export async function clientLoad({ url, body, count, seconds }) {
  const { host, hostname, port, pathname } = new URL(url);
  const text = JSON.stringify(body);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n`;
  /** @type {number[]} */
  const first = [];
  /** @type {number[]} */
  const later = [];
  let failed = 0;
  const begun = performance.now();
  const one = () =>
    new Promise((resolve) => {
      const socket = connect(Number(port), hostname);
      socket.setNoDelay();
      let sent = 0;
      let responses = 0;
      let received = Buffer.alloc(0);
      const send = () => {
        sent = performance.now();
        received = Buffer.alloc(0);
        socket.write(head + text);
      };
      socket.on("connect", send);
      socket.on("data", (data) => {
        received = Buffer.concat([received, data]);
        if (!isWhole(received)) return;
        const now = performance.now();
        if (!received.toString("latin1", 0, 12).endsWith(" 200")) failed++;
        (responses++ === 0 ? first : later).push(now - sent);
        if (now - begun < 1000 * seconds) send();
        else socket.destroy();
      });
      socket.on("error", () => failed++);
      socket.on("close", resolve);
    });
  await Promise.all(Array.from({ length: count }, one));
  const rate = (1000 * (first.length + later.length)) / (performance.now() - begun);
  return { rate, first: timesOf(first), later: timesOf(later), failed };
}

/** @param {Buffer} received a response, or its beginning */
function isWhole(received) {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /content-length: (\d+)/i.exec(received.toString("latin1", 0, end))?.[1];
  if (length === undefined)
    throw new Error(`Expected a response with a content-length, found ${received.toString("latin1", 0, end)}`);
  return received.length >= end + 4 + Number(length);
}

/**
 * @param {number[]} times
 * @returns {Times}
 */
function timesOf(times) {
  times.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}
