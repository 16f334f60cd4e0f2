import type { FactChange } from "./extraction.js";
import { applyFacts, latest, type FactRecord } from "./fact.js";

const change = (text: string, said: number, more: Partial<FactChange> = {}): FactChange => ({
  op: "ADD",
  text,
  keywords: [],
  at: said,
  said,
  confidence: 1,
  source: `m${said}`,
  ...more,
});

/** A store in miniature: what is written replaces what was there. */
function ledger() {
  const facts = new Map<string, FactRecord>();
  const apply = (...changes: FactChange[]): FactRecord[] => {
    const written = applyFacts(changes, [...facts.values()], 1000);
    for (const fact of written) facts.set(fact.id, fact);
    return written;
  };
  const current = (): string[] => [...facts.values()].filter(({ status }) => status === "current").map(({ text }) => text);
  const idOf = (text: string): `fact:${string}` => [...facts.values()].find((fact) => fact.text === text)!.id as `fact:${string}`;
  return { facts, apply, current, idOf };
}

describe("applying changes of facts", () => {
  it("closes a fact that changed and points to what holds now", () => {
    const { apply, current, idOf, facts } = ledger();
    apply(change("Lives in Berlin.", 1));
    apply(change("Lives in Lisbon.", 5, { op: "UPDATE", target: idOf("Lives in Berlin."), at: 4 }));
    expect(current()).toEqual(["Lives in Lisbon."]);
    expect(facts.get(idOf("Lives in Berlin."))).toMatchObject({
      status: "closed",
      validFrom: 1,
      validTo: 4,
      supersededBy: idOf("Lives in Lisbon."),
      version: 2,
    });
  });

  it("changes nothing when the same proposal is applied again", () => {
    const { apply, idOf } = ledger();
    apply(change("Lives in Berlin.", 1));
    const update = change("Lives in Lisbon.", 5, { op: "UPDATE", target: idOf("Lives in Berlin.") });
    expect(apply(update)).toHaveLength(2);
    expect(apply(update)).toEqual([]);
    expect(apply(change("Lives in Berlin.", 1))).toEqual([]);
  });

  it("stores nothing twice, whatever the punctuation and case", () => {
    const { apply, current } = ledger();
    apply(change("Has a sister, Mia.", 1), change("has a sister — MIA", 2));
    expect(current()).toEqual(["Has a sister, Mia."]);
  });

  it("ends a fact without a successor", () => {
    const { apply, current, idOf, facts } = ledger();
    apply(change("Plays tennis.", 1));
    apply(change("", 9, { op: "DELETE", target: idOf("Plays tennis.") }));
    expect(current()).toEqual([]);
    expect(facts.get(idOf("Plays tennis."))).toMatchObject({ status: "closed", validTo: 9 });
    expect(facts.get(idOf("Plays tennis."))).not.toHaveProperty("supersededBy");
  });

  it("goes on from the newest fact when an update names an older one", () => {
    const { apply, current, idOf, facts } = ledger();
    apply(change("Lives in Berlin.", 1));
    const berlin = idOf("Lives in Berlin.");
    apply(change("Lives in Lisbon.", 5, { op: "UPDATE", target: berlin }));
    apply(change("Lives in Porto.", 9, { op: "UPDATE", target: berlin }));
    expect(current()).toEqual(["Lives in Porto."]);
    expect(latest(berlin, facts)?.text).toBe("Lives in Porto.");
  });

  it("puts what was said earlier but arrives later into the history", () => {
    const { apply, current, idOf, facts } = ledger();
    apply(change("Lives in Porto.", 9));
    apply(change("Lives in Lisbon.", 5, { op: "UPDATE", target: idOf("Lives in Porto.") }));
    expect(current()).toEqual(["Lives in Porto."]);
    expect(facts.get(idOf("Lives in Lisbon."))).toMatchObject({ status: "closed", supersededBy: idOf("Lives in Porto.") });
  });

  it("takes up again what was true before", () => {
    const { apply, current, idOf } = ledger();
    apply(change("Lives in Berlin.", 1));
    apply(change("Lives in Lisbon.", 5, { op: "UPDATE", target: idOf("Lives in Berlin.") }));
    apply(change("Lives in Berlin.", 9, { op: "UPDATE", target: idOf("Lives in Lisbon.") }));
    expect(current()).toEqual(["Lives in Berlin."]);
  });

  it("an update that repeats another fact only closes what it replaces", () => {
    const { apply, current, idOf } = ledger();
    apply(change("Drinks tea.", 1), change("Drinks coffee.", 2));
    apply(change("Drinks tea.", 5, { op: "UPDATE", target: idOf("Drinks coffee.") }));
    expect(current()).toEqual(["Drinks tea."]);
  });
});
