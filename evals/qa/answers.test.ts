import { describe, expect, test } from "@jest/globals";
import { abstains, answerF1, chosenLabel, tokenF1 } from "./answers.js";

describe("a choice", () => {
  const options = { "(a)": "A guitar", "(b)": "A violin", "(c)": "A drum" };
  test.each([
    ["(b)", "(b)"],
    ["b", "(b)"],
    ["B.", "(b)"],
    ["**(C)**", "(c)"],
    ["The answer is (a).", "(a)"],
    ["Final Answer: C", "(c)"],
    ["(a) and (b) are close, but the answer is (b)", "(b)"],
    ["(b) A violin, because you said so", "(b)"],
    ["b) A violin", "(b)"],
    ["You showed me a violin.", "(b)"],
    ["It was (a) [m1a2b].", "(a)"],
    // Names several, or none: nothing was chosen.
    ["(a) or (b)", undefined],
    ["A guitar or a violin", undefined],
    ["I don't know.", undefined],
    ["", undefined],
    ["A good question!", undefined],
    ["(z)", undefined],
    ["I cannot answer a question like that.", undefined],
    ["The answer is a bit unclear to me.", undefined],
    ["Answer: A drum", "(c)"],
    ["The answer is A because you said so.", "(a)"],
    ["Option A fits best.", "(a)"],
    ["The option a musician would take is (b).", "(b)"],
    ["b) A violin, not (a)", undefined],
  ])("%j chooses %s", (answer, label) => {
    expect(chosenLabel(answer, options)).toBe(label);
  });
});

test.each([
  ["I don't know: nothing that I remember answers that.", undefined],
  ["I have no idea.", undefined],
  ["No, it does not fit you.", "(b)"],
  ["Yes.", "(a)"],
  ["There is no note of that.", undefined],
])("of yes and no, %j chooses %s", (answer, label) => {
  expect(chosenLabel(answer, { "(a)": "Yes", "(b)": "no" })).toBe(label);
});

test("an option without a word is never repeated", () => {
  expect(chosenLabel("A lute", { "(a)": "...", "(b)": "A violin" })).toBeUndefined();
});

describe("token F1", () => {
  test("is the harmonic mean of what is said of the words and what words are said", () => {
    expect(tokenF1("the Eiffel tower", "Eiffel Tower!")).toBe(1);
    expect(tokenF1("in Paris, I think", "Paris")).toBeCloseTo(0.4);
    expect(tokenF1("Rome", "Paris")).toBe(0);
    expect(tokenF1("", "Paris")).toBe(0);
    expect(tokenF1("", "?")).toBe(0);
    expect(tokenF1("ha ha ha", "ha")).toBeCloseTo(0.5);
    expect(tokenF1("1,200 euros", "1200 euros")).toBe(1);
    expect(tokenF1("我喜欢茶", "茶")).toBeCloseTo(0.4);
  });
  test("of a list counts each part, and the best of several answers", () => {
    expect(answerF1("cycling, pottery", { kind: "text", answers: ["pottery, cycling"], list: true })).toBe(1);
    expect(answerF1("pottery", { kind: "text", answers: ["pottery, cycling"], list: true })).toBe(0.5);
    expect(answerF1("NYC", { kind: "text", answers: ["New York", "NYC"] })).toBe(1);
  });
});

test.each([
  ["I don't know.", true],
  ["I don’t have any information about that.", true],
  ["That was not mentioned in our conversations.", true],
  ["You never told me.", true],
  ["You haven't told me about a car.", true],
  ["我不知道。", true],
  ["You know Tom from school.", false],
  ["On 7 May 2023", false],
])("%j admits not knowing: %s", (answer, expected) => {
  expect(abstains(answer)).toBe(expected);
});
