/** What stands under the options of a command: calls of it as one writes them. */
export const examples = (...calls: readonly string[]): string =>
  ["", "Examples:", ...calls.map((call) => `  personagraph ${call}`)].join("\n");
