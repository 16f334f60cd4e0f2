import { describe, expect, test } from "@jest/globals";
import { fileURLToPath } from "node:url";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Conversation, Fault } from "../suite.js";
import { LOADERS, type SuiteName } from "./index.js";
import { readSuite } from "./read-suite.js";
import { pythonLiteral } from "./python-literal.js";
import { isoTime } from "./times.js";

const SUITES = fileURLToPath(new URL("../fixtures/suites/", import.meta.url));

interface Loaded {
  readonly conversations: Conversation[];
  readonly faults: Fault[];
}

async function load(suite: SuiteName, path: string, variant?: string): Promise<Loaded> {
  const loaded: Loaded = { conversations: [], faults: [] };
  for await (const conversation of LOADERS[suite](path.startsWith("/") ? path : join(SUITES, path), (fault) => loaded.faults.push(fault), {
    variant,
  }))
    loaded.conversations.push(conversation);
  return loaded;
}

/** "kind place" of every fault, and how many questions they cost. */
const faultsOf = ({ faults }: Loaded): string[] => faults.map(({ kind, where, questions }) => `${kind} ${where} (${questions})`).sort();
const questionsOf = ({ conversations }: Loaded) => conversations.flatMap(({ questions }) => questions);

describe("files that are as they should be", () => {
  const files: [SuiteName, string, string | undefined, number, number][] = [
    ["locomo", "locomo/locomo10.json", undefined, 12, 7],
    ["longmemeval", "longmemeval/longmemeval_oracle.json", undefined, 26, 5],
    ["personamem", "personamem/questions_32k.csv", undefined, 6, 2],
    ["personamem-v2", "personamem-v2/benchmark/text/benchmark.csv", undefined, 5, 2],
    ["persona-mme", "persona-mme/Persona-MME.json", undefined, 6, 4],
    ["beam", "beam/100K", undefined, 6, 4],
    ["beam", "beam/10M", undefined, 6, 1],
    ["prefeval", "prefeval/benchmark_dataset", undefined, 6, 2],
    ["prefeval", "prefeval/benchmark_dataset", "choice", 5, 1],
    ["prefeval", "prefeval/benchmark_dataset", "persona", 6, 1],
    ["personabench", "personabench", undefined, 5, 3],
    ["memqa", "../four-sessions.jsonl", undefined, 30, 11],
  ];
  test.each(files)("%s reads %s %s whole, in time order, with unique ids", async (suite, path, variant, turns, questions) => {
    const loaded = await load(suite, path, variant);
    expect(faultsOf(loaded)).toEqual([]);
    expect(loaded.conversations.flatMap((conversation) => conversation.turns)).toHaveLength(turns);
    expect(questionsOf(loaded)).toHaveLength(questions);
    for (const conversation of loaded.conversations) {
      const times = conversation.turns.map(({ at }) => at ?? "");
      expect(times).toEqual([...times].sort());
      expect(times.every((at) => isoTime(at) === at)).toBe(true);
      const ids = new Set(conversation.turns.map(({ id }) => id));
      expect(ids.size).toBe(conversation.turns.length);
      const sessions = new Set(conversation.turns.map(({ session }) => session));
      for (const { evidence, evidenceUnit, scored } of conversation.questions) {
        expect(evidence.flat().filter((id) => !(evidenceUnit === "turn" ? ids : sessions).has(id) && id !== "seg9")).toEqual([]);
        if (scored) expect(evidence.length).toBeGreaterThan(0);
      }
    }
    const all = questionsOf(loaded).map(({ id }) => id);
    expect(new Set(all).size).toBe(all.length);
  });

  test("LoCoMo: evidence that is run together or padded is taken apart, and what was never said is to be abstained from", async () => {
    const [, , hobbies, bookshop, cat] = questionsOf(await load("locomo", "locomo/locomo10.json"));
    expect(hobbies).toMatchObject({ category: "multi-hop", evidence: [["D1:3"], ["D2:3"]], expected: { kind: "text", list: true } });
    expect(bookshop!.expected).toEqual({ kind: "text", answers: ["Likely yes"] });
    expect(cat).toMatchObject({ category: "adversarial", scored: false, expected: { kind: "abstain" } });
  });

  test("LongMemEval: evidence is the marked turn of each session; _abs is abstention; times are those of the question", async () => {
    const [update, price, absent, wish] = questionsOf(await load("longmemeval", "longmemeval/longmemeval_oracle.json"));
    expect(update).toMatchObject({ askedAt: "2023-05-30T23:40:00", evidence: [["answer_1#0"], ["answer_2#0"]], scored: true });
    expect(price!.expected).toEqual({ kind: "text", answers: ["240"] });
    expect(absent).toMatchObject({ category: "abstention", expected: { kind: "abstain" }, scored: false });
    expect(wish!.expected.kind).toBe("points");
  });

  test("PERSONAMEM: a question knows of the messages before its index only", async () => {
    const [first, second] = questionsOf(await load("personamem", "personamem/questions_32k.csv"));
    expect(first).toMatchObject({
      until: 3,
      expected: { kind: "choice", answer: "(b)", options: { "(c)": "A lawn, it's tidy", "(d)": 'Cacti in "pots"' } },
    });
    expect(second!.until).toBe(6);
  });

  test("PersonaMem-v2: options are put in an order that tells nothing, and is always the same", async () => {
    const [once, again] = [
      await load("personamem-v2", "personamem-v2/benchmark/text/benchmark.csv"),
      await load("personamem-v2", "personamem-v2/benchmark/text/benchmark.csv"),
    ];
    expect(questionsOf(again)).toEqual(questionsOf(once));
    const [{ expected, evidence }] = questionsOf(once) as [ReturnType<typeof questionsOf>[number]];
    expect(expected.kind === "choice" && expected.options[expected.answer]).toBe("A weekly swim in the lake would suit you.");
    expect(evidence).toEqual([["1"]]);
  });

  test("Persona-MME: images go where <img> stands, later turns are not known, alignment is asked twice", async () => {
    const { conversations } = await load("persona-mme", "persona-mme/Persona-MME.json");
    const { turns, questions } = conversations[0]!;
    expect(turns[0]).toMatchObject({ text: "This is my new guitar: [image]", images: [expect.stringMatching(/img\/0\.png$/)] });
    expect(turns[4]!.images![0]).toMatch(/^data:image\/png/);
    expect(questions.map(({ id, until }) => [id, until])).toEqual([
      ["0", 4],
      ["1", 6],
      ["2/chosen", 6],
      ["2/rejected", 6],
    ]);
    expect(questions.slice(2).map(({ expected }) => expected.kind === "choice" && expected.answer)).toEqual(["(a)", "(b)"]);
  });

  test("BEAM: days hold until the next one, and the marks of its making are gone", async () => {
    const { conversations } = await load("beam", "beam/100K");
    expect(conversations[0]!.turns.map(({ at, text }) => [at, text.includes("->->")])).toEqual([
      ...Array<unknown>(4).fill(["2024-03-15T00:00:00", false]),
      ...Array<unknown>(2).fill(["2024-07-02T00:00:00", false]),
    ]);
  });
});

describe("files that are wrong", () => {
  const files: [SuiteName, string, string | undefined, number, string[]][] = [
    [
      "locomo",
      "locomo/mixed-up.json",
      undefined,
      4,
      [
        "category mixed-up.json: [0].qa[0] (1)",
        "category mixed-up.json: [0].qa[1] (1)",
        "evidence mixed-up.json: [0].qa[2] (0)",
        "schema mixed-up.json: [0].qa[3] (1)",
        "time mixed-up.json: [1].conversation.session_1 (0)",
      ],
    ],
    ["locomo", "locomo/half-written.json", undefined, 5, ["half-written half-written.json (0)"]],
    [
      "longmemeval",
      "longmemeval/mixed-up.json",
      undefined,
      2,
      [
        "category mixed-up.json: [0] (1)",
        "evidence mixed-up.json: [3] (0)",
        "schema mixed-up.json: [1] (1)",
        "schema mixed-up.json: [2] (1)",
        "time mixed-up.json: [4].question_date (0)",
      ],
    ],
    ["longmemeval", "longmemeval/half-written.json", undefined, 4, ["half-written half-written.json (0)"]],
    [
      "personamem",
      "personamem/questions_broken.csv",
      undefined,
      1,
      [
        "half-written questions_broken.csv (0)",
        "key questions_broken.csv: line 2 (1)",
        "reference questions_broken.csv (1)",
        "reference questions_broken.csv: line 3 (1)",
        "schema questions_broken.csv: line 5 (1)",
      ],
    ],
    [
      "personamem-v2",
      "personamem-v2/benchmark/text/broken.csv",
      undefined,
      1,
      ["key broken.csv: line 4 (1)", "reference broken.csv: line 2 (1)", "schema broken.csv: line 3.incorrect_answers (1)"],
    ],
    [
      "persona-mme",
      "persona-mme/broken.json",
      undefined,
      1,
      [
        "category broken.json: [4] (1)",
        "image user_data.json (2)",
        "key broken.json: [3] (1)",
        "key broken.json: [5] (1)",
        "reference broken.json (1)",
        "schema broken.json: [6] (1)",
      ],
    ],
    [
      "beam",
      "beam/broken",
      undefined,
      4,
      [
        "category probing_questions.json: broken/1 .small_talk (1)",
        "evidence probing_questions.json: broken/1 .knowledge_update[0] (0)",
        "half-written chat.json (0)",
        "key probing_questions.json: broken/1 .knowledge_update[1] (1)",
      ],
    ],
    ["prefeval", "prefeval/benchmark_dataset", "mcq", 1, ["key travel_restaurant.json: [1] of mcq_options (1)"]],
    [
      "personabench",
      "personabench-broken",
      undefined,
      1,
      [
        "category eval_info_all.json: community_0/Ada Berg.qa[0] (1)",
        "evidence eval_info_all.json: community_0/Ada Berg.qa[2] (0)",
        "reference purchase_history_data_all.json (0)",
        "schema eval_info_all.json: community_0/Ada Berg.qa[1] (1)",
      ],
    ],
  ];
  test.each(files)("%s names and counts what is wrong with %s %s, and reads the rest", async (suite, path, variant, questions, faults) => {
    const loaded = await load(suite, path, variant);
    expect(faultsOf(loaded)).toEqual(faults);
    expect(questionsOf(loaded)).toHaveLength(questions);
  });

  test("a file of hundreds of instances is read one at a time, and a cut at any place is found", async () => {
    const folder = mkdtempSync(join(tmpdir(), "longmemeval-"));
    try {
      const instance = (n: number): string =>
        JSON.stringify({
          question_id: `q${n}`,
          question_type: "multi-session",
          question: "?",
          answer: "x".repeat(5000),
          question_date: "2023/05/30 (Tue) 23:40",
          haystack_session_ids: ["s"],
          haystack_dates: ["2023/05/20 (Sat) 02:21"],
          haystack_sessions: [[{ role: "user", content: "hi", has_answer: true }]],
          answer_session_ids: ["s"],
        });
      const text = `[${Array.from({ length: 300 }, (_, n) => instance(n)).join(",")}]`;
      const file = join(folder, "longmemeval_m.json");
      writeFileSync(file, text);
      const seen: number[] = [];
      for await (const { id } of LOADERS.longmemeval(file, () => {})) seen.push(Number(id.slice(1)));
      expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => n));
      for (const cut of [1, 2, 100, 5000]) {
        writeFileSync(file, text.slice(0, -cut));
        expect(faultsOf(await load("longmemeval", file))).toEqual(["half-written longmemeval_m.json (0)"]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("Python literals", () => {
  test("are read as Python writes them", () => {
    expect(pythonLiteral(`['(a) it\\'s', "(b) \\"so\\"", '\\u00e9\\n', 1.5, True, None, {'k': ('v',)}]`)).toEqual([
      "(a) it's",
      '(b) "so"',
      "é\n",
      1.5,
      true,
      null,
      { k: ["v"] },
    ]);
    for (const bad of ["['a'", "{'a' 1}", "[1] 2", "nonsense", "'open"]) expect(() => pythonLiteral(bad)).toThrow();
  });
});

test("times are read in every form that the data sets use", () => {
  expect(
    ["1:56 pm on 8 May, 2023", "2023/05/30 (Tue) 23:40", "March-15-2024", "2025-03-01 09:00", "2023-02-02T18:10:00", "soon", ""].map(
      (text) => isoTime(text),
    ),
  ).toEqual([
    "2023-05-08T13:56:00",
    "2023-05-30T23:40:00",
    "2024-03-15T00:00:00",
    "2025-03-01T09:00:00",
    "2023-02-02T18:10:00",
    undefined,
    undefined,
  ]);
});

describe("memqa/1", () => {
  test("names evidence that is not in the conversation, and measures nothing by it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "memqa-"));
    const file = join(folder, "wrong.jsonl");
    const turn = { type: "turn", conversation: "A", id: "t1", session: "s", n: 0, at: null, speaker: "Ana", role: "user", text: "Hello." };
    const question = { type: "question", conversation: "A", text: "?", category: "c", asked_at: null, evidence_unit: "turn", scored: true };
    const lines = [
      { type: "dataset", schema: "memqa/1", name: "wrong" },
      turn,
      { ...question, id: "good", evidence: [["t1", "t9"]] },
      { ...question, id: "lost", evidence: [["t1"], ["t9"]] },
      { ...question, id: "none", evidence: [] },
    ];
    writeFileSync(file, lines.map((line) => JSON.stringify(line)).join("\n"));
    const { conversations, faults } = await load("memqa", file);
    rmSync(folder, { recursive: true });
    expect(conversations[0]!.questions.map(({ id, scored }) => [id, scored])).toEqual([
      ["good", true],
      ["lost", false],
      ["none", false],
    ]);
    expect(faults.map(({ kind, where, what }) => [kind, where, what])).toEqual([
      ["evidence", "wrong.jsonl: question lost", "no turn t9 is in its conversation"],
      ["evidence", "wrong.jsonl: question none", "is scored and names no evidence"],
    ]);
  });
});

describe("what a suite takes", () => {
  const read = (suite: SuiteName, path: string, variant?: string): unknown => readSuite(suite, path, () => {}, { variant });
  test("is said where something else is given", () => {
    expect(() => read("locomo", join(SUITES, "nowhere"))).toThrow("There is no");
    expect(() => read("locomo", join(SUITES, "locomo"))).toThrow("is a folder; locomo takes the file");
    expect(() => read("beam", join(SUITES, "script.json"))).toThrow("is a file; beam takes its folder");
    expect(() => read("prefeval", join(SUITES, "prefeval/benchmark_dataset"), "nope")).toThrow("there are explicit, mcq, choice, persona");
    expect(() => read("locomo", join(SUITES, "locomo/locomo10.json"), "32k")).toThrow("it has none at all");
  });
});
