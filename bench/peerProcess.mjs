/**
 * One contestant's process: started, asked one request at a time, ended. Between requests it waits for its stdin, idle.
 *
 * Knows the line protocol and nothing of what is measured.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { commandOf } from "./peers.mjs";

/** What a process last said on stderr, for the report of its failure. */
const STDERR_KEPT = 2000;

export class PeerProcess {
  #child;
  #stderr = "";
  /** @type {{ resolve: (answer: any) => void, reject: (error: Error) => void } | undefined} */
  #waiting;
  /** @type {Error | undefined} */
  #ended;

  /** @param {{ command: string, args: string[], env: NodeJS.ProcessEnv }} how */
  constructor({ command, args, env }) {
    const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    child.stdin.on("error", () => {}); // a process that died is reported by its end
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (!line.startsWith("{")) return; // a library's greeting
      this.#waiting?.resolve(JSON.parse(line));
      this.#waiting = undefined;
    });
    child.on("error", (error) => this.#end(error));
    child.on("close", (code, signal) => this.#end(new Error(`It ended with ${signal ?? `exit code ${code}`}.`)));
  }

  /**
   * Starts a contestant, or says why not.
   *
   * @param {import("./peers.mjs").Peer} peer
   * @returns {PeerProcess | { skip: string }}
   */
  static start(peer) {
    const how = commandOf(peer);
    return "skip" in how ? how : new PeerProcess(how);
  }

  /**
   * Sends one request and waits for its answer.
   *
   * @param {object} request
   * @param {number} seconds the most that it may take; then the process is killed
   * @returns {Promise<any>}
   * @throws {Error} when it ends or takes too long, with what it last wrote on stderr
   */
  request(request, seconds) {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(new Error(`Expected an answer within ${seconds} s, found none.`));
        this.#child.kill("SIGKILL");
      }, seconds * 1000);
      this.#waiting = {
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** Ends the process, by its own leave or by force. @returns {Promise<void>} when it has ended */
  stop() {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const force = setTimeout(() => child.kill("SIGKILL"), 2000);
      child.once("close", () => {
        clearTimeout(force);
        resolve();
      });
      child.stdin.end();
    });
  }

  /** @param {Error} why */
  #end(why) {
    this.#ended ??= this.#stderr === "" ? why : new Error(`${why.message}\n${this.#stderr.trim()}`);
    this.#waiting?.reject(this.#ended);
    this.#waiting = undefined;
  }
}
