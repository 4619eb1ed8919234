/**
 * Several hosts on one machine, as far as the operating system sees them: network namespaces, each with an address and a hostname of its own,
 * joined by a bridge, with limited bandwidth. For tests and measurements of MPI across hosts.
 *
 * Needs root. The machine's own network stays as it is: the bridge has a namespace too. All is removed when the process ends, and what
 * a killed one left by the next that makes hosts. Source: ip-netns(8), veth(4), tc-tbf(8).
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Of these all names begin, then the process's number follows: "gradus4711-1" is its first host, "gradus4711-0" has the bridge. */
const PREFIX = "gradus";
/** In namespaces of their own, so that no other network can have the same ones. */
const NETWORK = "10.77.0";
const DEVICE = "veth0";

/**
 * Runs one of the system's commands.
 *
 * @param {string} command
 * @throws {Error} where it fails, with what it printed
 */
function system(command) {
  const [program, ...args] = command.split(" ");
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (error !== undefined) throw new Error(`${program} is missing (${error.message})`);
  if (status !== 0) throw new Error(`${command}: ${stderr.trim() || `exit code ${status}`}`);
  return stdout;
}

/** Why there can be no such hosts here; undefined where they can be, as far as can be seen without making any. */
export function whyNoHosts() {
  if (process.platform !== "linux") return `network namespaces are Linux's, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return "making network namespaces takes root";
  for (const [program, ...args] of [
    ["ip", "-V"],
    ["tc", "-V"],
    ["unshare", "--version"],
  ]) {
    if (spawnSync(program, args).error !== undefined)
      return `there is no ${program} (Debian: apt-get install iproute2 util-linux)`;
  }
  const probe = `${PREFIX}${process.pid}-probe`;
  try {
    system(`ip netns add ${probe}`);
    system(`ip -n ${probe} link add ${DEVICE} type veth peer name other`);
    system(`tc -n ${probe} qdisc add dev ${DEVICE} ${limitOf(1000)}`);
  } catch (error) {
    return `the system refuses them (${error instanceof Error ? error.message : error})`;
  } finally {
    spawnSync("ip", ["netns", "delete", probe]);
  }
  return undefined;
}

/** @param {number} megabits a second */
function limitOf(megabits) {
  // A bucket of what the link carries in 2 ms, and at least a few packets.
  return `root tbf rate ${megabits}mbit burst ${Math.max(16, Math.ceil(megabits / 4))}kb latency 100ms`;
}

/** The namespaces of a process. @param {number} owner */
function namespacesOf(owner) {
  return all().filter((name) => name.startsWith(`${PREFIX}${owner}-`));
}

function all() {
  const listed = spawnSync("ip", ["netns", "list"], { encoding: "utf8" }).stdout ?? "";
  return listed
    .split("\n")
    .map((line) => line.split(" ")[0])
    .filter((name) => name.startsWith(PREFIX));
}

/** Ends the processes of a process's hosts, and removes these. @param {number} owner */
function remove(owner) {
  for (const name of namespacesOf(owner)) {
    const { stdout } = spawnSync("ip", ["netns", "pids", name], { encoding: "utf8" });
    for (const line of (stdout ?? "").split("\n").filter(Boolean)) {
      try {
        process.kill(Number(line), "SIGKILL");
      } catch {}
    }
    spawnSync("ip", ["netns", "delete", name]);
  }
}

/** Those of processes that are gone. */
function removeLeft() {
  const owners = all().map((name) => Number(/^[a-z]+(\d+)-/.exec(name)?.[1]));
  for (const owner of new Set(owners.filter((owner) => owner > 0))) {
    try {
      process.kill(owner, 0);
    } catch {
      remove(owner);
    }
  }
}

/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** @param {NodeJS.Signals} signal */
function endBySignal(signal) {
  remove(process.pid);
  process.off(signal, endBySignal);
  process.kill(process.pid, signal);
}

/**
 * @typedef {object} Hosts
 * @property {{ name: string, command: string, args: string[] }} launcher Open MPI's mpirun on the first of them, with a rank for each host at a time
 * @property {(host: number) => number} sent the bytes that a host, from 1, has sent so far
 * @property {() => void} remove ends what runs there and removes them; it is done at the end of the process too
 */

/**
 * Makes hosts; a process has one such set at a time.
 *
 * @param {{ count: number, megabits?: number | undefined }} options how many; bandwidth each way, megabits a second, unlimited when absent
 * @returns {Hosts}
 */
export function makeHosts({ count, megabits }) {
  removeLeft();
  const names = `${PREFIX}${process.pid}-`;
  const removeOwn = () => remove(process.pid);
  process.on("exit", removeOwn);
  // A signal's own end of a process calls no listener of its exit.
  for (const signal of SIGNALS) process.on(signal, endBySignal);
  try {
    const bridge = `${names}0`;
    system(`ip netns add ${bridge}`);
    system(`ip -n ${bridge} link add bridge type bridge`);
    system(`ip -n ${bridge} link set bridge up`);
    for (let host = 1; host <= count; host++) {
      const own = `${names}${host}`;
      const port = `port${host}`;
      system(`ip netns add ${own}`);
      system(`ip -n ${own} link add ${DEVICE} type veth peer name ${port} netns ${bridge}`);
      system(`ip -n ${bridge} link set ${port} master bridge up`);
      system(`ip -n ${own} address add ${NETWORK}.${host}/24 dev ${DEVICE}`);
      system(`ip -n ${own} link set ${DEVICE} up`);
      system(`ip -n ${own} link set lo up`);
      if (megabits === undefined) continue;
      system(`tc -n ${own} qdisc add dev ${DEVICE} ${limitOf(megabits)}`);
      system(`tc -n ${bridge} qdisc add dev ${port} ${limitOf(megabits)}`);
    }
  } catch (error) {
    removeOwn();
    throw error;
  }
  return {
    launcher: launcherOf(names, count),
    sent: (host) => Number(system(`ip netns exec ${names}${host} cat /sys/class/net/${DEVICE}/statistics/tx_bytes`)),
    remove() {
      process.off("exit", removeOwn);
      for (const signal of SIGNALS) process.off(signal, endBySignal);
      removeOwn();
    },
  };
}

/**
 * @param {string} names what the hosts' names begin with
 * @param {number} count
 */
function launcherOf(names, count) {
  const settings = {
    plm_rsh_agent: fileURLToPath(new URL("remoteShell.sh", import.meta.url)),
    pml: "ob1",
    btl: "tcp,self",
    btl_tcp_if_include: DEVICE,
    oob_tcp_if_include: DEVICE,
    // A host whose link is cut is given up after some 10 s.
    oob_tcp_keepalive_time: 3,
    oob_tcp_keepalive_intvl: 1,
    oob_tcp_keepalive_probes: 3,
    // All hosts share the cores of this machine.
    mpi_yield_when_idle: 1,
  };
  const addresses = Array.from({ length: count }, (_, i) => `${NETWORK}.${i + 1}:1`);
  const mpirun = [
    "mpirun.openmpi",
    ...["--allow-run-as-root", "--bind-to", "none", "--oversubscribe", "--map-by", "node"],
    ...Object.entries(settings).flatMap(([name, value]) => ["--mca", name, String(value)]),
    ...["-H", addresses.join()],
  ];
  const within = ["netns", "exec", `${names}1`, "unshare", "-u", "env", `GRADUS_NAMESPACES=${names}`];
  const args = [...within, "sh", "-c", 'hostname node1; exec "$@"', "sh", ...mpirun];
  return { name: `Open MPI on ${count} hosts`, command: "ip", args };
}
