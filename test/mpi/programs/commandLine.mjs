// @ts-nocheck: what it imports is built, and types are checked before that
/**
 * The command line as a rank, which does something to itself once rank 0 has printed an epoch of network 1, a trial or a note: the environment
 * variable GRADUS_TEST_ACT has the rank, the signal and a file by which rank 0 tells the others.
 */
import { existsSync, writeFileSync } from "node:fs";

const own = Number(process.env.OMPI_COMM_WORLD_RANK ?? process.env.PMI_RANK);
const { rank, signal, file } = JSON.parse(process.env.GRADUS_TEST_ACT ?? "{}");
if (file !== undefined && own === 0) {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    stream.write = (text, ...rest) => {
      if (/"event":"epoch".*"network":1}|"event":"trial"|^ {2}note: /.test(String(text))) writeFileSync(file, "");
      return write(text, ...rest);
    };
  }
}
if (own === rank) {
  const timer = setInterval(() => {
    if (!existsSync(file)) return;
    clearInterval(timer);
    process.kill(process.pid, signal);
  }, 20);
  timer.unref();
}
await import(String(new URL("../../../dist/cli/main.js", import.meta.url)));
