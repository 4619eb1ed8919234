/**
 * Stops with one line where Node is too old. Imported first by every script, so that it runs before anything newer is
 * used; for the same reason it keeps to what Node 14 understands.
 */
const oldest = 20;
const found = Number(process.versions.node.split(".")[0]);

if (found < oldest) {
  console.error(
    `gradus needs Node ${oldest} or newer; this is Node ${process.versions.node}. Install a newer one from nodejs.org and run this again.`,
  );
  process.exit(1);
}
