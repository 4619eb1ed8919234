/** Good calls of the functions that read and write files. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as gradus from "../../src/node.ts";
import type { Calls } from "./call.ts";
import type { Fixtures } from "./fixtures.ts";

export function fileCalls({ folder, classifier }: Fixtures): Calls {
  const file = join(folder, "birds.csv");
  writeFileSync(file, "x,z,colour,y\n1,2,red,p\nNA,3,blue,q\n");
  const csv = { sql: "select 1 as x, 2 as z, 'red' as colour, 'p' as y" };
  const reading = { types: { x: "number" }, columns: ["x"], missing: ["NA"], delimiter: ",", encoding: "utf-8" };
  const epoch = { epoch: 1, trainingLoss: 1, validationLoss: 1, learningRate: 0.1, score: { name: "a", value: 1 } };
  const written = (record: gradus.EpochRecord): void => {
    const writer = gradus.tensorBoardWriter(join(folder, "logs"));
    try {
      writer.write(record);
    } finally {
      writer.close();
    }
  };
  const servedOnce = async (options: gradus.ServeOptions): Promise<void> => (await gradus.serve(options)).stop();
  const serving = { models: { birds: classifier }, host: "127.0.0.1", port: 0, allowedHosts: ["birds.example"] };
  const limits = { maxBodyBytes: 1000, maxRows: 10, maxRequests: 10, timeout: 1, reload: false };
  return {
    serve: { slow: true, run: servedOnce, args: [{ ...serving, ...limits }], options: [0] },
    readTable: { slow: true, run: gradus.readTable, args: [file, reading], options: [1] },
    readTableFor: {
      slow: true,
      run: gradus.readTableFor,
      args: [classifier, csv, { withTarget: true }],
      open: [2],
      options: [2],
    },
    "evaluate, a query": {
      slow: true,
      run: gradus.evaluate,
      args: [classifier, csv, { against: classifier }],
      options: [2],
    },
    saveModel: { run: gradus.saveModel, args: [join(folder, "m.gradus"), classifier], paths: [0] },
    tensorBoardWriter: {
      run: (path) => gradus.tensorBoardWriter(path).close(),
      args: [join(folder, "logs")],
      paths: [0],
    },
    "TensorBoardWriter.write": { run: written, args: [epoch], open: [0] },
  };
}
