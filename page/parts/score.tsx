import { Bar } from "./bar.js";

/** What the parts of a score mean, for people; names that are not here are shown as they are. */
const MEANING: Readonly<Record<string, string>> = {
  words: "shares words with the question",
  topics: "shares a topic with the question",
  "names and dates": "names the same person or day",
  phrases: "holds words side by side as asked",
  role: "was said by the assistant",
  manner: "says something of you, or a lasting wish",
  speaker: "was said by whom the question names",
  neighbours: "was said beside something that fits",
  meaning: "means something similar",
  window: "lies in the time that was asked for",
  cited: "was used in earlier answers",
  recent: "is recent",
  replaces: "replaced something that fits",
  "no longer holds": "no longer holds",
  "same session": "was said in this conversation",
  pinned: "you pinned it",
};

const shownName = (name: string): string => (name.startsWith("via ") ? "belongs to an episode that fits" : (MEANING[name] ?? name));

/** Why a memory was found: the parts of its score, largest first, as bars beside their numbers. */
export function Score({ score, why }: { score: number; why: Readonly<Record<string, number>> }) {
  const parts = Object.entries(why).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const largest = Math.max(1e-9, ...parts.map(([, value]) => Math.abs(value)));
  return (
    <table class="score">
      <caption>
        Why: score <strong>{score.toFixed(2)}</strong>
      </caption>
      <tbody>
        {parts.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{shownName(name)}</th>
            <td class="bar">
              <Bar share={Math.abs(value) / largest} minus={value < 0} />
            </td>
            <td class="figure">
              {value < 0 ? "−" : "+"}
              {Math.abs(value).toFixed(2)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
