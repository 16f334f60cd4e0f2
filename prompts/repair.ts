/** Asks once more for a structured answer that could not be used. The problem is our own validator's text, shortened. */
export const repairPrompt = (tool: string, problem: string): string =>
  `Your last answer could not be used: ${problem.slice(0, 600)}\nCall ${tool} again with arguments that fit its schema.`;
