/**
 * What the command line uses besides the public entries: names of things as text, checks before files are written.
 *
 * Not in package.json's exports, so no promise to anyone: what a program needs too belongs in a public entry.
 */
export { nameOf } from "../aliases.ts";
export { counted } from "../counted.ts";
export { fileError } from "../data/duckdb/fileErrors.ts";
export { namedFiles, patternOver } from "../data/duckdb/namedFiles.ts";
export { requireReadTwice } from "../data/duckdb/sourceFiles.ts";
export { encodedWidth } from "../data/encoder.ts";
export { classTargets, tasks } from "../data/encoding.ts";
export { type FileFormat, formatTitles, formOfName } from "../data/fileFormats.ts";
export { labelText } from "../data/labels.ts";
export { rareChoices } from "../data/rareClasses.ts";
export { targetPresence } from "../data/rowTarget.ts";
export { columnRoles, isColumnRole, unknownColumn } from "../data/table.ts";
export { outputNames, targetNames } from "../data/targetNames.ts";
export { type Line, LineSplitter } from "../data/text/lineSplitter.ts";
export { repeatedName } from "../data/text/repeatedName.ts";
export { RowReader } from "../data/text/rowOfLine.ts";
export { joinTeam } from "../distributed/mpi/joinTeam.ts";
export { launchedRank } from "../distributed/mpi/launcher.ts";
export { JobEnded, type Team } from "../distributed/team.ts";
export type { InstructionSet, MachineCodeListing } from "../engines/native/listing.ts";
export { machineCodeListing } from "../engines/native/native.ts";
export { nearHint, optionSuggestion, unknownName } from "../errors.ts";
export { loadTypesetting } from "../explain/files/page.ts";
export { type NeuronName, parseNeuronName, steepestInto } from "../explain/trace/neuronName.ts";
export { strongestPath } from "../explain/trace/strongestPath.ts";
export { parseWeightName } from "../explain/trace/weightName.ts";
export type { AliasKind } from "../fieldNames.ts";
export { byNumber } from "../htmlText.ts";
export { fromJson, listOf, object, optional, text, withFields } from "../kinds.ts";
export { metricLabel, shownMetrics } from "../metrics/metricTable.ts";
export { clippedWarnings } from "../models/clippedPredictions.ts";
export { hasImportedBaseline, hasImportedScales, importedBy, memberCount, memberDocument } from "../models/document.ts";
export { requireFolder, requireWritable, writeAtomically, writeError } from "../models/files/atomicWrite.ts";
export { claim } from "../models/files/claim.ts";
export { readModelBytes, type SavedFile, savedFile } from "../models/files/savedModel.ts";
export { parameterCount } from "../models/model.ts";
export { weightFormats } from "../models/module/moduleCode.ts";
export { onnxFile } from "../models/onnx/exportOnnx.ts";
export { loadBytes as loadOnnx } from "../models/onnx/loadBytes.ts";
export { predictedNumbers } from "../models/predictedNumbers.ts";
export { weightsLine } from "../models/pytorch/program.ts";
export { hiddenActivations } from "../network/activations.ts";
export { layerEntry } from "../network/layerEntry.ts";
export { boundedStep } from "../optimizers/optimizerOf.ts";
export { loadPlots } from "../report/files/plots.ts";
export { rounded } from "../rounded.ts";
export { addressOf, hostTest, listen } from "../serve/transport.ts";
export { trainOnFiles } from "../tabular/files/train.ts";
export { scoresOf } from "../tabular/online/runningScores.ts";
export { lossesOfTask } from "../tabular/recipe.ts";
export { trainingWarnings } from "../tabular/trust.ts";
export { ownTestRows } from "../tabular/warmStart/goingOn.ts";
export { modelId } from "../tabular/warmStart/modelId.ts";
export { rangeText, valueText } from "../tune/space.ts";
