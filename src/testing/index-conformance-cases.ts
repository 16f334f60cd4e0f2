import assert from "node:assert/strict";
import { DAY } from "../domain/time.js";
import { put, remove } from "../store/memory-log.js";
import { fact, idsOf, NOW, type IndexCase } from "./index-case.js";

/** Means the same by one dimension: whatever is about music, or about the sea. */
const MEANINGS = [/cello|instrument|music/i, /sea|harbour|boat/i];
const meaning = (dimensions: number) => {
  const embed = (text: string): number[] => Array.from({ length: dimensions }, (_, i) => (MEANINGS[i]?.test(text) ? 1 : 0.01));
  return { dimensions, embedDocuments: async (texts: string[]) => texts.map(embed), embedQuery: async (text: string) => embed(text) };
};
const HOSTILE = ["ada", "ad", "ada1", "Ada", "ada ", "ada/message", "a.*", "%", "$in", '{"$ne":null}', "ada\u0301", "日本"];

export const INDEX_CASES: readonly IndexCase[] = [
  {
    title: "finds what the words say, in whatever form, and names the parts of the score",
    async run(world) {
      await world.say("ada", "My sister Mia is a nurse in Braga.", "The train was late again.", "I am painting the kitchen.");
      await world.both("ada", "Where does my sister work as nurses do?", ([first]) => {
        assert.equal(first?.id, "message:m0");
        assert.ok(first.why["words"]! > 0);
        assert.ok(Math.abs(Object.values(first.why).reduce((sum, part) => sum + part, 0) - first.score) < 1e-6);
      });
      await world.both("ada", "Did I paint?", ([first]) => assert.equal(first?.id, "message:m2"));
    },
  },
  {
    title: "finds by a topic, in other scripts, and in spite of a wrong letter",
    async run(world) {
      await world.say(
        "ada",
        "I avoid spicy dishes.",
        "我的猫叫小白。",
        "昨日、京都で寿司を食べました。",
        "We met Alessandra at the harbour.",
      );
      for (const [question, id] of [
        ["Which restaurants would you recommend?", "message:m0"],
        ["我的猫叫什么？", "message:m1"],
        ["京都で何を食べた？", "message:m2"],
        ["Who is Allessandra?", "message:m3"],
      ] as const)
        await world.both("ada", question, ([first]) => assert.equal(first?.id, id, question));
    },
  },
  {
    title: "puts what the user said before the assistant's long reply",
    async run(world) {
      const reply = "The cello is a fine instrument. Rent a cello first, find a cello teacher, and tune the cello daily.";
      await world.say("ada", "I want to learn the cello.", { role: "assistant", text: reply }, "Thanks!");
      await world.both("ada", "my cello", ([first]) => assert.equal(first?.id, "message:m0"));
      await world.both("ada", "What did you suggest about renting a cello?", ([first]) => assert.equal(first?.id, "message:m1"));
    },
  },
  {
    title: "finds the rare word among many memories with the common ones",
    async run(world) {
      const many = Array.from({ length: 1050 }, (_, i) => `Today was a good day at work, number ${i + 1000}.`);
      await world.say("ada", ...many, { id: "rare", text: "At work we planted a quince." });
      await world.recall.rebuild("ada");
      await world.both("ada", "a good day at work with the quince", ([first]) => assert.equal(first?.id, "message:rare"));
    },
  },
  {
    title: "finds the answer by the question before it",
    gap: "neighbours",
    async run(world) {
      await world.say(
        "ada",
        "Which instrument do you play, Tom?",
        { role: "peer", speaker: "Tom", text: "The usual one, since I was nine." },
        ...Array.from({ length: 200 }, (_, i) => ({ text: `Which play does he watch on day ${i + 1000}?`, thread: `t${i}` })),
      );
      await world.recall.rebuild("ada");
      await world.both("ada", "Which instrument does he play?", (hits) => assert.ok(idsOf(hits).includes("message:m1")));
    },
  },
  {
    title: "keeps users apart, whatever their ids look like",
    async run(world) {
      for (const user of HOSTILE) await world.say(user, `The secret word of ${JSON.stringify(user)} is xylophone.`);
      for (const user of HOSTILE)
        await world.both(user, "What is my secret word, the xylophone?", (hits) =>
          assert.deepEqual(
            hits.map(({ text }) => text),
            [`The secret word of ${JSON.stringify(user)} is xylophone.`],
          ),
        );
      assert.deepEqual((await world.ask("nobody", "xylophone")).hits, []);
    },
  },
  {
    title: "returns the kinds that are asked for, not what is excluded, and no more than the limit",
    async run(world) {
      await world.say("ada", "My boat is red.", "My boat is old.", "My boat leaks.");
      await world.log.of("ada").write([put("fact", "f", fact("f", "Ada has a boat."))]);
      await world.both("ada", "boat", (hits) => assert.deepEqual(idsOf(hits), ["fact:f"]), { kinds: ["fact"] });
      await world.both("ada", "boat", (hits) => assert.deepEqual(idsOf(hits).sort(), ["message:m1", "message:m2"]), {
        kinds: ["message"],
        exclude: ["message:m0"],
      });
      await world.both("ada", "boat", (hits, { beyond }) => assert.deepEqual([hits.length, beyond], [1, 3]), { limit: 1 });
    },
  },
  {
    title: "holds to a time window, its end left out, and says when it had to be widened",
    async run(world) {
      const day = (n: number): number => NOW - n * DAY;
      await world.say("ada", { text: "I swam.", at: day(10) }, { text: "I ran.", at: day(5) }, { text: "I read.", at: day(1) });
      await world.both("ada", "what did I do", (hits) => assert.deepEqual(idsOf(hits), ["message:m1"]), {
        window: { from: day(5), to: day(1) },
      });
      await world.both(
        "ada",
        "swam",
        (hits, { window }) => assert.deepEqual([idsOf(hits).includes("message:m0"), window?.widened], [true, true]),
        {
          window: { from: day(9), to: day(8) },
        },
      );
      await world.both("ada", "I", (hits) => assert.deepEqual(idsOf(hits), ["message:m2"]), { window: { from: day(1) } });
    },
  },
  {
    title: "puts what holds now before what held once, and takes a new version for the old",
    async run(world) {
      const user = world.log.of("ada");
      await user.write([
        put("fact", "old", fact("old", "Ada lives in Porto.", { status: "closed", supersededBy: "fact:new", validTo: NOW })),
        put("fact", "new", fact("new", "Ada lives in Lyon.")),
      ]);
      await world.both("ada", "Does Ada live in Porto?", (hits) => assert.deepEqual(idsOf(hits), ["fact:new", "fact:old"]));
      await user.write([put("fact", "new", fact("new", "Ada lives in Ghent.", { version: 2, recordedAt: NOW + 1 }))]);
      await world.both("ada", "Ghent", ([first]) => assert.equal(first?.text, "Ada lives in Ghent."));
      assert.equal(
        (await world.ask("ada", "Lyon")).hits.some(({ id, why }) => id === "fact:new" && why["words"] !== undefined),
        false,
      );
    },
  },
  {
    title: "finds at once what was just written, and what another process wrote",
    async run(world) {
      await world.say("ada", "My boat is red.");
      assert.equal((await world.ask("ada", "boat")).hits.length, 1);
      await world.say("ada", { id: "next", text: "My boat is called Nutshell." });
      assert.equal((await world.ask("ada", "Nutshell")).hits[0]?.id, "message:next");
      const other = world.process();
      assert.equal((await world.ask("ada", "Nutshell", {}, other)).hits[0]?.id, "message:next");
      await world.say("ada", { id: "third", text: "My boat has a kazoo." });
      assert.equal((await world.ask("ada", "kazoo", {}, other)).hits[0]?.id, "message:third");
      assert.equal((await world.ask("ada", "kazoo")).hits[0]?.id, "message:third");
    },
  },
  {
    title: "what another process changed, closed or removed between two questions is so for the next",
    async run(world) {
      const user = world.log.of("ada");
      const other = world.process();
      const write = (...facts: ReturnType<typeof fact>[]) => user.write(facts.map((each) => put("fact", each.id.slice(5), each)));
      await write(fact("boat", "My boat is called Nutshell."), fact("home", "Mia lives in Porto."), fact("car", "My car is yellow."));
      await world.recall.rebuild("ada");
      const ask = async (question: string) => idsOf((await world.ask("ada", question)).hits);
      for (const question of ["boat Nutshell", "Where does Mia live?", "car"]) assert.equal((await ask(question)).length, 1);
      await write(
        fact("boat", "My boat is called Walnut.", { version: 2 }),
        fact("home", "Mia lives in Porto.", { version: 2, status: "closed", validTo: NOW, supersededBy: "fact:moved" }),
        fact("moved", "Mia lives in Braga."),
      );
      await user.write([remove("fact", "car")]);
      await other.ready("ada");
      for (let i = 0; i < 2; i++) {
        assert.deepEqual([await ask("Walnut"), await ask("Nutshell"), await ask("yellow car")], [["fact:boat"], [], []]);
        assert.equal((await ask("Where does Mia live?"))[0], "fact:moved");
        await world.recall.ready("ada");
      }
    },
  },
  {
    title: "what is removed is gone for every process, and stays gone",
    async run(world) {
      const user = world.log.of("ada");
      const other = world.process();
      await world.say("ada", "My boat is red.", "My boat has a kazoo.");
      for (const recall of [world.recall, other]) assert.equal((await world.ask("ada", "kazoo", {}, recall)).hits[0]?.id, "message:m1");
      await user.write([remove("message", "m1")]);
      await world.recall.erased("ada");
      for (const recall of [world.recall, other])
        assert.deepEqual(idsOf((await world.ask("ada", "boat with a kazoo", {}, recall)).hits), ["message:m0"]);
      await world.both("ada", "boat with a kazoo", (hits) => assert.deepEqual(idsOf(hits), ["message:m0"]));
    },
  },
  {
    title: "a user who was erased leaves nothing, also in other processes; what they say next is theirs alone",
    async run(world) {
      const user = world.log.of("ada");
      const other = world.process();
      await world.say("ada", "My boat is red.");
      for (const recall of [world.recall, other]) await world.ask("ada", "boat", {}, recall);
      await user.write([remove("message", "m0"), put("meta", "erasures", { token: "1" })]);
      await world.recall.drop("ada");
      for (const recall of [world.recall, other]) assert.deepEqual((await world.ask("ada", "boat", {}, recall)).hits, []);
      await world.say("ada", { id: "new", text: "I sold the boat." });
      for (const recall of [world.recall, other])
        assert.deepEqual(idsOf((await world.ask("ada", "boat", {}, recall)).hits), ["message:new"]);
      await world.both("ada", "boat", (hits) => assert.deepEqual(idsOf(hits), ["message:new"]));
    },
  },
  {
    title: "is made anew from the log, whole",
    async run(world) {
      await world.say("ada", "My boat is red.", "The train was late.");
      await world.ask("ada", "boat");
      assert.equal(await world.recall.rebuild("ada"), 2);
      await world.both("ada", "boat", ([first]) => assert.equal(first?.id, "message:m0"));
    },
  },
  {
    title: "finds by meaning, and goes on with another model and other dimensions",
    embeddings: meaning(4),
    async run(world) {
      await world.say("ada", "I bought a cello.", "The boat is red.", "Lunch was fine.");
      await world.recall.rebuild("ada");
      const [first] = (await world.ask("ada", "harbour")).hits;
      assert.equal(first?.id, "message:m1");
      assert.ok(first.why["meaning"]! > 0);
      const other = world.process(meaning(8));
      await other.rebuild("ada");
      assert.equal((await world.ask("ada", "music", {}, other)).hits[0]?.id, "message:m0");
      assert.equal((await world.ask("ada", "music")).hits[0]?.id, "message:m0");
    },
  },
];
