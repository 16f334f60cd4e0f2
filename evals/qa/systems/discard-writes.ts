import { BaseStore, type Operation, type OperationResults } from "@langchain/langgraph";

/** A store that can be read and takes writes without keeping them: whoever is asked over it leaves no trace. */
export class DiscardWrites extends BaseStore {
  readonly #store: BaseStore;

  constructor(store: BaseStore) {
    super();
    this.#store = store;
  }

  override async batch<Op extends readonly Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const reads = operations.filter((operation) => !("value" in operation));
    const read = reads.length > 0 ? ((await this.#store.batch(reads)) as unknown[]) : [];
    const next = read[Symbol.iterator]();
    return operations.map((operation) => ("value" in operation ? undefined : next.next().value)) as OperationResults<Op>;
  }
}
