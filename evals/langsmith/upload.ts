import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Client } from "langsmith";
import { Journal, type AnswerLine } from "../qa/journal.js";
import { score, type Scored } from "../qa/scoring.js";

export interface UploadOptions {
  /** Folder of a run of `npm run eval`. */
  readonly run: string;
  /** Name of the data set in LangSmith; default: `<suite>-<data>`. */
  readonly dataset?: string | undefined;
  /** What experiments are called: `<prefix>-<system>`; default: the name of the data set. */
  readonly prefix?: string | undefined;
  readonly onStep?: (done: number, all: number) => void;
}

export interface Uploaded {
  readonly dataset: string;
  readonly examples: number;
  readonly experiments: readonly { readonly name: string; readonly runs: number }[];
}

/**
 * Puts a run into LangSmith: its questions as a data set, each system as an experiment over it, and the scores as feedback. Ids are made
 * from what they stand for, so that the same run again adds nothing twice.
 */
export async function upload(client: Client, { run, dataset, prefix, onStep }: UploadOptions): Promise<Uploaded> {
  const about = join(run, "run.json");
  if (!existsSync(about)) throw new Error(`${run} holds no run of npm run eval: there is no run.json.`);
  const settings = JSON.parse(readFileSync(about, "utf8")) as Record<string, unknown>;
  const scored = score(new Journal(run, settings));
  if (scored.length === 0) throw new Error(`${run} holds no answers.`);
  const name = dataset ?? `${String(settings["suite"])}-${String(settings["data"])}`;
  const { id: datasetId } = (await client.hasDataset({ datasetName: name }))
    ? await client.readDataset({ datasetName: name })
    : await client.createDataset(name, {
        description: "Questions about conversations; see docs/evals.md of personagraph.",
        metadata: { suite: settings["suite"] },
      });
  const examples = await addExamples(client, datasetId, scored);
  const experiments = [];
  let done = 0;
  for (const system of new Set(scored.map(({ line }) => line.system))) {
    const own = scored.filter(({ line }) => line.system === system);
    experiments.push(
      await addExperiment(client, {
        name: `${prefix ?? name}-${system}`,
        datasetId,
        settings,
        own,
        onStep: () => onStep?.(++done, scored.length),
      }),
    );
  }
  await client.awaitPendingTraceBatches();
  return { dataset: name, examples, experiments };
}

async function addExamples(client: Client, datasetId: string, scored: readonly Scored[]): Promise<number> {
  const questions = new Map(scored.map(({ line }) => [exampleId(datasetId, line), line]));
  for await (const { id } of client.listExamples({ datasetId })) questions.delete(id);
  const examples = [...questions].map(([id, { question, conversation }]) => ({
    id,
    dataset_id: datasetId,
    inputs: { question: question.text },
    outputs: { expected: question.expected },
    metadata: { question: question.id, conversation, category: question.category },
  }));
  if (examples.length > 0) await client.createExamples(examples);
  return examples.length;
}

interface Experiment {
  readonly name: string;
  readonly datasetId: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly own: readonly Scored[];
  readonly onStep: () => void;
}

async function addExperiment(
  client: Client,
  { name, datasetId, settings, own, onStep }: Experiment,
): Promise<Uploaded["experiments"][number]> {
  const { id: sessionId } = await client.createProject({
    projectName: name,
    referenceDatasetId: datasetId,
    metadata: settings,
    upsert: true,
  });
  for (const one of own) {
    const { line } = one;
    const id = uuidOf("run", name, JSON.stringify([settings, line.conversation, line.question.id]));
    const ended = Date.now();
    await once(
      client.createRun({
        id,
        name: line.system,
        run_type: "chain",
        inputs: { question: line.question.text },
        outputs: { answer: line.answer ?? null },
        ...(line.error !== undefined && { error: line.error }),
        start_time: ended - Math.round(line.ms),
        end_time: ended,
        project_name: name,
        reference_example_id: exampleId(datasetId, line),
        extra: { metadata: { category: line.question.category, shown: line.shown, ...line.usage } },
      }),
    );
    for (const [key, value] of Object.entries(feedbackOf(one)))
      await once(
        client.createFeedback(id, key, {
          score: value,
          sessionId,
          feedbackId: uuidOf("feedback", id, key),
          sourceInfo: { outcome: one.outcome },
        }),
      );
    onStep();
  }
  return { name, runs: own.length };
}

/** What is there already (409) is what we were about to say. */
async function once(sent: Promise<unknown>): Promise<void> {
  try {
    await sent;
  } catch (error) {
    if ((error as { name?: string }).name !== "LangSmithConflictError" && (error as { status?: number }).status !== 409) throw error;
  }
}

/** What was not judged gets no score, so that nothing counts it as wrong or right. */
function feedbackOf({ outcome, f1, points, line }: Scored): Record<string, number> {
  const judged = outcome !== "unjudged" && outcome !== "unscored";
  return {
    ...(judged && { correct: outcome === "right" ? 1 : 0 }),
    ...(f1 !== undefined && { token_f1: f1 }),
    ...(points !== undefined && { points_met: points }),
    ...(line.found !== null && { evidence_shown: line.found }),
  };
}

const exampleId = (datasetId: string, { conversation, question }: AnswerLine): string =>
  uuidOf("example", datasetId, JSON.stringify([conversation, question.id]));

/** A UUID that follows from its parts. */
export function uuidOf(...parts: readonly string[]): string {
  const hex = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
