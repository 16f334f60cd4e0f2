/** A line of text with its number, from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
  /** False for a last line that no line end closes. */
  readonly ended: boolean;
}

/** Lines of UTF-8 bytes, as they come; a byte order mark is dropped. At most one chunk and one line are in memory. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let rest = "";
  let number = 0;
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const text of lines) yield { number: ++number, text: withoutReturn(text), ended: true };
  }
  rest += decoder.decode();
  if (rest !== "") yield { number: number + 1, text: withoutReturn(rest), ended: false };
}

const withoutReturn = (text: string): string => (text.endsWith("\r") ? text.slice(0, -1) : text);
