import { PersonaMemory } from "../../src/index.js";

/** For tests: users with a past, written into the file that the server opens. */
const DAY = 24 * 3_600_000;

const PAST: readonly (readonly [daysAgo: number, texts: readonly string[]])[] = [
  [90, ["I live in Berlin. I work as a nurse.", "I love trying new food, there is so much to discover!"]],
  [60, ["My sister Mia is a teacher in Porto.", "I always plan my week carefully and I am never late."]],
  [30, ["I moved to Lisbon.", "I go running every morning.", "I'm so worried about my exam, I can't sleep."]],
  [10, ["I met so many great people at the party, I love being among people.", "I prefer tea to coffee."]],
];

export async function seed(path: string, now = Date.now()): Promise<void> {
  const memory = new PersonaMemory({ model: "keyless", store: path, update: "off" });
  for (const user of ["ada", "grace"]) {
    for (const [daysAgo, texts] of PAST) {
      const start = now - daysAgo * DAY;
      await memory.remember(
        user,
        texts.flatMap((text, i) => [
          { role: "user" as const, text, at: start + i * 60_000 },
          { role: "assistant" as const, text: "I see.", at: start + i * 60_000 + 20_000 },
        ]),
      );
      await memory.flush(user);
    }
  }
  await memory.import(
    "crowd",
    factLines(
      Array.from({ length: 1000 }, (_, i) => `The user owns book number ${i + 1}.`),
      now,
    ),
  );
  await memory.import("mallory", factLines(HOSTILE, now));
  await memory.remember(
    "mallory",
    HOSTILE.map((text, i) => ({ role: "user" as const, text, at: now - DAY + i * 1000 })),
  );
  await memory.close();
}

/** What must do nothing but be read. Each would set `globalThis.broken` or leave the page. */
export const HOSTILE: readonly string[] = [
  "<script>globalThis.broken = 1</script>",
  '<img src=x onerror="globalThis.broken = 1">',
  "<svg/onload=globalThis.broken=1>",
  '"><iframe srcdoc="<script>parent.broken=1</script>"></iframe>',
  "javascript:globalThis.broken=1",
  "[click me](javascript:globalThis.broken=1)",
  "<a href=https://example.com/steal>free books</a>",
  "<style>*{display:none!important}</style><link rel=stylesheet href=//example.com/x.css>",
  "{{constructor.constructor('globalThis.broken=1')()}}",
  "</textarea></title></noscript><script>globalThis.broken=1</script>",
  "\u202Eevil si siht\u202C and \u0000 nothing \uFFFF more",
  "dangerouslySetInnerHTML={{__html:'<b onmouseover=broken=1>x</b>'}}",
  `${"W".repeat(3000)}`,
];

const factLines = (texts: readonly string[], now: number): string[] => [
  JSON.stringify({ schema: "personagraph/1" }),
  ...texts.map((text, i) => {
    const key = `m${i}.seed`;
    const at = now - DAY - i * 60_000;
    const value = {
      id: `fact:${key}`,
      kind: "fact",
      text,
      keywords: [],
      at,
      recordedAt: at,
      sources: [`m${i}`],
      status: "current",
      version: 1,
      validFrom: at,
      said: at,
      confidence: 1,
    };
    return JSON.stringify({ collection: "fact", key, value });
  }),
];
