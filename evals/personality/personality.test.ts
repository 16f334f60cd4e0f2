import { describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foldPersonality, TRAITS } from "../../src/domain/personality.js";
import { ScriptedModel } from "../../src/testing/index.js";
import type { Fault } from "../suite.js";
import { ema, ESTIMATORS, finalOf } from "./estimators.js";
import { labelledStudy, messagesOf, pearson } from "./labelled-study.js";
import { readLabelledTexts } from "./labelled-text.js";
import { experiment, lags, noiseSweep, type Row } from "./measures.js";
import { personalityHtml, personalityMarkdown } from "./report.js";
import { simulateUser } from "./users.js";

const OURS = "ours (PEM: EMA, 0.5 to 0.1)";
const common = { turns: 200, noise: 1, evidence: 0.3, seed: 7 };

describe("simulated users", () => {
  test("are the same again for the same seed, and others for another", () => {
    const user = simulateUser({ ...common, drift: "step" });
    expect(simulateUser({ ...common, drift: "step" })).toEqual(user);
    expect(simulateUser({ ...common, drift: "step", seed: 8 }).truth).not.toEqual(user.truth);
  });

  test("stay, step in the middle, or drift from the first turn to the last", () => {
    const { truth: still } = simulateUser({ ...common, drift: "still" });
    expect(new Set(still.map((scores) => JSON.stringify(scores))).size).toBe(1);
    const { truth: step, change } = simulateUser({ ...common, drift: "step" });
    expect(change).toBe(100);
    expect([step[99], step[199]]).toEqual([step[0], step[100]]);
    expect(step[100]).not.toEqual(step[99]);
    const { truth: drift } = simulateUser({ ...common, drift: "drift" });
    expect(drift[100]!.openness).toBeCloseTo((drift[0]!.openness + drift[199]!.openness) / 2, 1);
  });

  test("show integers from 1 to 5, and what they are where there is no noise", () => {
    const { truth, observations } = simulateUser({ ...common, drift: "still", noise: 0, evidence: 1 });
    for (const trait of TRAITS) expect(observations.every(({ scores }) => scores[trait] === Math.round(truth[0]![trait]))).toBe(true);
    const none = simulateUser({ ...common, drift: "still", evidence: 0 });
    expect(none.observations.every(({ scores }) => TRAITS.every((trait) => scores[trait] === 3))).toBe(true);
  });
});

describe("estimators", () => {
  const { observations } = simulateUser({ ...common, drift: "step" });
  test("of ours are the fold of the package, to the digit", () => {
    expect(finalOf(ESTIMATORS[OURS]!, observations)).toEqual(foldPersonality(observations).scores);
  });
  test("know nothing of somebody who shows nothing", () => {
    const silent = simulateUser({ ...common, drift: "step", evidence: 0 }).observations;
    for (const estimate of Object.values(ESTIMATORS)) expect(new Set(Object.values(finalOf(estimate, silent)))).toEqual(new Set([3]));
  });
  test("other settings of the moving average are the same average", () => {
    const { observations } = simulateUser({ drift: "drift", turns: 80, noise: 1, evidence: 0.5, seed: 3 });
    const ours = ESTIMATORS[OURS]!(observations);
    const same = ema(0.5, 0.1, 50, "message")(observations);
    for (const [turn, belief] of ours.entries()) for (const trait of TRAITS) expect(same[turn]![trait]).toBeCloseTo(belief[trait], 10);
  });

  test("the filter's weight falls with what it knows", () => {
    const filtered = ESTIMATORS["Kalman filter"]!(
      [5, 5, 5].map((score, at) => ({ message: `${at}`, at, scores: Object.fromEntries(TRAITS.map((trait) => [trait, score])) as never })),
    );
    const steps = filtered.map(({ openness }, n) => openness - (n === 0 ? 3 : filtered[n - 1]!.openness));
    expect(steps[0]).toBeGreaterThan(steps[1]!);
    expect(steps[1]).toBeGreaterThan(steps[2]!);
  });
});

describe("measures", () => {
  const options = { ...common, users: 40 };
  const row = (rows: readonly Row[], name: string): Row => rows.find(({ estimator }) => estimator === name)!;

  test("tell what each estimator is good and bad at", () => {
    const still = experiment("still", options).rows;
    const step = experiment("step", options).rows;
    // The plain mean is best where nothing changes and does not follow a change; the last value follows at once and never rests.
    expect(row(still, "plain mean").final.mean).toBeLessThan(row(still, OURS).final.mean);
    expect(row(step, "plain mean").final.mean).toBeGreaterThan(2 * row(step, OURS).final.mean);
    expect(row(step, "last value").lag!.median).toBeLessThan(row(step, OURS).lag!.median);
    expect(row(still, "last value").restless.mean).toBeGreaterThan(5 * row(still, OURS).restless.mean);
  });

  test("a lag is counted from the change until half of the way, and is infinite where that is never reached", () => {
    const user = simulateUser({ ...common, drift: "step" });
    expect(lags(user, user.truth).every((lag) => lag === 0)).toBe(true);
    expect(
      lags(
        user,
        user.truth.map(() => user.truth[0]!),
      ).every((lag) => lag === Infinity),
    ).toBe(true);
  });

  test("are reported as a simulation, with a plot for each question", () => {
    const report = {
      options,
      experiments: (["still", "step", "drift"] as const).map((drift) => experiment(drift, options)),
      noises: noiseSweep({ ...options, users: 10 }),
    };
    const html = personalityHtml(report);
    expect(html.match(/<svg/g)).toHaveLength(4);
    expect(html).not.toMatch(/NaN|undefined|<script/);
    expect(html).toContain("A simulation");
    expect(personalityMarkdown(report)).toContain("A simulation");
  });
});

describe("texts with Big Five labels", () => {
  const folder = mkdtempSync(join(tmpdir(), "big-five-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const read = async (name: string, content: string | Uint8Array) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    const faults: Fault[] = [];
    return { ...(await readLabelledTexts(file, (fault) => faults.push(fault))), faults };
  };

  test("of the essays: y and n, in Windows-1252", async () => {
    const essays = Buffer.from(
      '#AUTHID,TEXT,cEXT,cNEU,cAGR,cCON,cOPN\na1,"It\x92s caf\xe9 time, \n""so""",n,y,y,n,y\na2,Well,y,n,y,n,maybe\n',
      "latin1",
    );
    const { binary, texts, faults } = await read("essays.csv", essays);
    expect([binary, texts, faults]).toEqual([false, [], [expect.anything(), expect.anything()]]);
    const good = await read("good.csv", Buffer.from(essays.toString("latin1").replace("maybe", "n"), "latin1"));
    expect(good.binary).toBe(true);
    expect(good.texts[0]).toEqual({
      author: "a1",
      text: 'It’s café time, \n"so"',
      scores: { extraversion: 1, neuroticism: 5, agreeableness: 5, conscientiousness: 1, openness: 5 },
    });
  });

  test("of PANDORA: 0 to 100, under names or initials; what is out of range is named and left out", async () => {
    const rows =
      "author,body,agreeableness,openness,conscientiousness,extraversion,neuroticism\nx,Hello,0,50,100,25,75\ny,Bad,0,50,101,25,75\nz,Missing,0,50,,25,75\nw,,1,2,3,4,5\n";
    const { binary, texts, faults } = await read("pandora.csv", rows);
    expect(binary).toBe(false);
    expect(texts).toEqual([
      { author: "x", text: "Hello", scores: { agreeableness: 1, openness: 3, conscientiousness: 5, extraversion: 2, neuroticism: 4 } },
    ]);
    expect(faults.map(({ kind, where, questions }) => [kind, where, questions])).toEqual([
      ["key", "pandora.csv: line 3", 1],
      ["key", "pandora.csv: line 4", 1],
      ["schema", "pandora.csv: line 5", 1],
    ]);
    const initials = await read("initials.csv", "text,O,C,E,A,N\nHi,1,0,1,0,1\n");
    expect([initials.binary, initials.texts[0]!.scores.openness]).toEqual([true, 5]);
    const { faults: none } = await read("none.csv", "text,mood\nHi,good\n");
    expect(none[0]!.what).toContain("no column for openness");
  });

  test("are read as messages, inferred with our prompt and compared with the labels; an answer that cannot be used shows nothing", async () => {
    const model = new ScriptedModel(({ messages }) => {
      const text = messages.map((message) => message.text).join("\n");
      const traits = Object.fromEntries(TRAITS.map((trait) => [trait, text.includes("party") ? 5 : text.includes("alone") ? 1 : 3]));
      return text.includes("broken") ? "no tool call" : { args: { changes: [], traits } };
    });
    const scores = (value: number) => Object.fromEntries(TRAITS.map((trait) => [trait, value])) as never;
    const texts = [
      { author: "a", text: "I love a party.", scores: scores(5) },
      { author: "b", text: "I like to be alone.", scores: scores(1) },
      { author: "c", text: "broken", scores: scores(3) },
      { author: "d", text: "Another party!", scores: scores(5) },
      { author: "e", text: "Leave me alone.", scores: scores(1) },
    ];
    const study = await labelledStudy({ binary: false, texts }, model);
    expect(study).toMatchObject({ texts: 5, messages: 5, failed: 1 });
    expect(study.rows.every(({ correlation, side }) => correlation > 0.99 && side.mean === 1 && side.n === 4)).toBe(true);
  });

  test("are cut into messages at the ends of sentences", () => {
    const text = Array.from({ length: 40 }, (_, n) => `This is sentence number ${n} of an essay about nothing.`).join(" ");
    const messages = messagesOf(text);
    expect(messages.length).toBeGreaterThan(2);
    expect(messages.every((message) => message.length <= 800 && message.endsWith("."))).toBe(true);
    expect(messages.join(" ")).toBe(text);
  });

  test("correlate with the labels where there are enough of them", () => {
    const line = [1, 2, 3, 4, 5].map((x) => [x, 2 * x] as const);
    expect(pearson(line)).toBeCloseTo(1);
    expect(pearson(line.slice(1))).toBeNaN();
  });
});
