import { useState } from "preact/hooks";
import type { Status } from "../../src/server/api/schemas.js";
import { showNumber } from "../format.js";

const STAGES = { respond: "Answers", extract: "Facts of a message", consolidate: "Filing a conversation" } as const;
const KEY = "personagraph.prices";

type Prices = Readonly<Record<"input" | "output", string>>;
const kept = (): Prices => ({ input: "", output: "", ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Prices>) });

/** Model calls and their tokens; and money, at prices that the user gives, because no price list is known here. */
export function Costs({ usage }: { usage: Status["usage"] }) {
  const [prices, setPrices] = useState(kept);
  const change = (name: keyof Prices, value: string): void => {
    const next = { ...prices, [name]: value };
    localStorage.setItem(KEY, JSON.stringify(next));
    setPrices(next);
  };
  const total = Object.values(usage).reduce((sum, { input, output }) => ({ input: sum.input + input, output: sum.output + output }), {
    input: 0,
    output: 0,
  });
  const money = (total.input * Number(prices.input) + total.output * Number(prices.output)) / 1e6;
  return (
    <>
      <table class="score">
        <caption class="hidden">Model calls</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">Calls</th>
            <th scope="col">Tokens in</th>
            <th scope="col">Tokens out</th>
          </tr>
        </thead>
        <tbody>
          {(Object.keys(STAGES) as (keyof typeof STAGES)[]).map((stage) => (
            <tr key={stage}>
              <th scope="row">{STAGES[stage]}</th>
              <td class="figure">{showNumber(usage[stage].calls)}</td>
              <td class="figure">{showNumber(usage[stage].input)}</td>
              <td class="figure">{showNumber(usage[stage].output)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="row">
        {(["input", "output"] as const).map((name) => (
          <label class="field" key={name}>
            <span>Price of a million tokens {name === "input" ? "in" : "out"}</span>
            <input
              type="number"
              min="0"
              step="any"
              inputMode="decimal"
              value={prices[name]}
              onInput={(event) => change(name, event.currentTarget.value)}
            />
          </label>
        ))}
      </div>
      <p role="status">
        {money > 0 ? `That makes ${money.toFixed(money < 1 ? 4 : 2)} so far.` : "With the prices of your model, the sum appears here."}
      </p>
      <p class="muted small">Models that report no tokens, such as the keyless one, count as nothing.</p>
    </>
  );
}
