import { describe, expect, test } from "@jest/globals";
import { terms, words } from "./analysis.js";
import { cuesOf, questionCuesOf } from "./cues.js";
import { languageOf, stem } from "./languages.js";
import { topicsOf } from "./topics.js";

describe("words", () => {
  test("are lower case, without Latin accents, contractions apart", () => {
    expect(words("I’m at CAFÉ Zoë, it's 5pm")).toEqual(["i", "m", "at", "cafe", "zoe", "it", "s", "5pm"]);
  });

  test("of scripts without spaces are characters and pairs", () => {
    expect(words("我住在上海")).toEqual(["我", "我住", "住", "住在", "在", "在上", "上", "上海", "海"]);
    expect(words("すし")).toEqual(["すし"]);
    expect(words("カフェでbreakfastを")).toEqual(expect.arrayContaining(["カフ", "フェ", "breakfast"]));
    expect(words("김치를 먹다")).toEqual(["김치를", "먹다"]);
    expect(words("ไทย").length).toBeGreaterThan(0);
  });

  test("leave out what is no word", () => {
    expect(words("…!? 😀 ".repeat(1000))).toEqual([]);
    expect(words("x".repeat(500))).toEqual([]);
  });

  test("become stems of their language, without function words", () => {
    expect(terms(words("I was running to the bakeries"), "en")).toEqual(["run", stem("bakeries", "en")]);
    expect(terms(words("Ich habe die Blumen gegossen"), "de")).toEqual([stem("blumen", "de"), stem("gegossen", "de")]);
  });
});

test("a language is told by its function words, and kept when they do not decide", () => {
  expect(languageOf(words("Ich habe gestern mit meiner Schwester gesprochen"), "en")).toBe("de");
  expect(languageOf(words("Me gusta mucho la comida de mi madre"), "en")).toBe("es");
  expect(languageOf(words("My sister moved to Lisbon and she likes it"), "de")).toBe("en");
  expect(languageOf(words("Pizza!"), "fr")).toBe("fr");
  expect(languageOf(words("die hard"), "en")).toBe("en");
});

test("topics join words that share no letters, in two languages", () => {
  const shared = (a: string, b: string): boolean => topicsOf(stem(a, "en")).some((topic) => topicsOf(stem(b, "en")).includes(topic));
  expect(shared("restaurant", "pizza")).toBe(true);
  expect(shared("dog", "狗")).toBe(true);
  expect(shared("hotel", "violin")).toBe(false);
});

describe("cues", () => {
  test("of a message: about oneself, a preference, a standing wish, a question", () => {
    expect(cuesOf("I can't stand my loud neighbours")).toMatchObject({ preference: true, standing: false, question: false });
    expect(cuesOf("I can't stand my loud neighbours").firstPerson).toBeGreaterThan(cuesOf("The weather will be fine tomorrow").firstPerson);
    expect(cuesOf("Always show me the code first.")).toMatchObject({ standing: true });
    expect(cuesOf("Shall we go?")).toMatchObject({ question: true });
  });

  test("of a question: a request for help, or what the assistant said", () => {
    expect(questionCuesOf("Can you recommend a hotel?")).toEqual({ request: true, toAssistant: false });
    expect(questionCuesOf("Which hotel did you recommend?")).toEqual({ request: false, toAssistant: true });
    expect(questionCuesOf("When did Mia move?")).toEqual({ request: false, toAssistant: false });
  });
});
