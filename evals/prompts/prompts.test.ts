import * as ls from "langsmith/jest";
import { readRecording, recordedModel } from "../recordings/recording.js";
import { CONSOLIDATE_CASES, consolidateWith, EXTRACT_CASES, extractWith, RESPOND_CASES, respondWith, type PromptCase } from "./cases.js";

/**
 * Our prompts as LangSmith cases, with recorded answers. Offline unless LANGSMITH_TEST_TRACKING=true and a key are set; then each run is an
 * experiment in LangSmith. `npm run eval:record -- --model NAME` records the answers of another model.
 */
process.env["LANGSMITH_TEST_TRACKING"] ??= "false";
const { model: recordedFrom, languageModel } = readRecording("prompts");
const model = recordedModel("prompts");

function suite<T>(name: string, cases: readonly PromptCase<T>[], ask: (prompt: PromptCase<T>["prompt"]) => Promise<T>): void {
  ls.describe(
    `prompt ${name}`,
    () => {
      for (const { name: title, prompt, check } of cases) {
        ls.test(title, { inputs: { prompt: prompt.user, version: prompt.version }, referenceOutputs: { problems: [] } }, async () => {
          const answer = await ask(prompt);
          const problems = check(answer);
          ls.logOutputs({ answer });
          ls.logFeedback({ key: "fits", score: problems.length === 0 ? 1 : 0 });
          ls.expect(problems).toEqual([]);
        });
      }
    },
    { metadata: { model: recordedFrom, languageModel } },
  );
}

suite("extract", EXTRACT_CASES, (prompt) => extractWith(model, prompt));
suite("consolidate", CONSOLIDATE_CASES, (prompt) => consolidateWith(model, prompt));
suite("respond", RESPOND_CASES, (prompt) => respondWith(model, prompt));
