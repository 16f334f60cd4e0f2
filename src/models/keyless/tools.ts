/** The names of bound tools, whichever of LangChain's and the providers' forms they have. */
export function toolName(tool: unknown): string | undefined {
  if (tool === null || typeof tool !== "object") return undefined;
  const { name, function: nested } = tool as { name?: unknown; function?: { name?: unknown } };
  if (typeof name === "string") return name;
  return typeof nested?.name === "string" ? nested.name : undefined;
}

/** What `tool_choice` asks for: a tool by name, any tool, none, or the model's own choice. */
export function toolChoice(choice: unknown): { readonly kind: "auto" | "any" | "none" } | { readonly kind: "tool"; readonly name: string } {
  if (choice === undefined || choice === null || choice === "auto") return { kind: "auto" };
  if (choice === "any" || choice === "required") return { kind: "any" };
  if (choice === "none") return { kind: "none" };
  if (typeof choice === "string") return { kind: "tool", name: choice };
  const name = toolName(choice);
  if (name !== undefined) return { kind: "tool", name };
  const { type } = choice as { type?: unknown };
  return { kind: type === "none" ? "none" : type === "any" ? "any" : "auto" };
}
