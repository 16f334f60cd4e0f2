/** Reads what Python's `repr` writes for strings, numbers, lists and dicts, as some data sets have it in CSV cells. @throws Error */
export function pythonLiteral(text: string): unknown {
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`${what} at ${at} of ${JSON.stringify(text.slice(0, 60))}`);
  };
  const space = (): void => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  const take = (mark: string): boolean => {
    space();
    if (text[at] !== mark) return false;
    at++;
    return true;
  };
  const series = <T>(close: string, one: () => T): T[] => {
    const found: T[] = [];
    while (!take(close)) {
      if (at >= text.length) fail(`"${close}" is missing`);
      found.push(one());
      if (!take(",") && text[at] !== close) fail(`"," or "${close}" is missing`);
    }
    return found;
  };
  const quoted = (quote: string): string => {
    let out = "";
    while (text[at] !== quote) {
      if (at >= text.length) fail("the string does not end");
      if (text[at] !== "\\") out += text[at++]!;
      else out += escaped();
    }
    at++;
    return out;
  };
  const escaped = (): string => {
    const mark = text[at + 1] ?? fail("the string does not end");
    const digits = { x: 2, u: 4, U: 8 }[mark];
    if (digits !== undefined) {
      const code = Number.parseInt(text.slice(at + 2, at + 2 + digits), 16);
      at += 2 + digits;
      return Number.isNaN(code) ? fail("an escape is broken") : String.fromCodePoint(code);
    }
    at += 2;
    return { n: "\n", t: "\t", r: "\r", "\n": "" }[mark] ?? mark;
  };
  const value = (): unknown => {
    space();
    if (take("[")) return series("]", value);
    if (take("(")) return series(")", value);
    if (take("{")) return Object.fromEntries(series("}", pair));
    if (take("'")) return quoted("'");
    if (take('"')) return quoted('"');
    const word = /^[\w.+-]+/.exec(text.slice(at))?.[0] ?? fail("no value");
    at += word.length;
    const known: Record<string, unknown> = { True: true, False: false, None: null, true: true, false: false, null: null };
    if (word in known) return known[word];
    return Number.isNaN(Number(word)) ? fail(`${word} is no value`) : Number(word);
  };
  const pair = (): [string, unknown] => {
    const key = String(value());
    if (!take(":")) fail('":" is missing');
    return [key, value()];
  };
  const read = value();
  space();
  return at < text.length ? fail("more than one value") : read;
}

/** JSON, or else Python. @throws Error */
export function looseLiteral(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return pythonLiteral(text);
  }
}
