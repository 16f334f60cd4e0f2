import { describe, expect, it } from "@jest/globals";
import { bold, outputTo, table } from "./output.js";

/** A stream that keeps what is written, as a terminal or as a file. */
function stream(isTTY: boolean, columns = 40) {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream & {
    written: string[];
  };
}

const HOSTILE = "a\u001b[2J\u001b]0;title\u0007\u001b[8mb\u009b31mc\r";

describe("what a terminal shows", () => {
  it("is styled by us and steered by nobody", () => {
    for (const isTTY of [true, false]) {
      const [out, err] = [stream(isTTY), stream(isTTY)];
      const { line, note, result } = outputTo(false, out, err);
      line(HOSTILE);
      note(HOSTILE);
      result({}, () => HOSTILE);
      expect([...out.written, ...err.written]).toEqual(Array.from({ length: 3 }, () => "a[2J]0;title[8mb31mc\n"));
    }
    const terminal = stream(true);
    outputTo(false, terminal, terminal).line(bold("head", true));
    expect(terminal.written).toEqual(["\u001b[1mhead\u001b[0m\n"]);
  });

  it("as JSON is the same to a program, and only printable", () => {
    const out = stream(true);
    outputTo(true, out, out).result({ text: HOSTILE }, () => "");
    expect(JSON.parse(out.written.join(""))).toEqual({ text: HOSTILE });
    expect(out.written.join("").trimEnd()).toMatch(/^[\u0020-\u007e]+$/);
  });

  it("is a table of one line a row, cut at the terminal's edge by what characters take, and whole elsewhere", () => {
    const rows = [
      ["1", "好".repeat(30)],
      ["22", "two\nlines"],
    ];
    const [, wide, lines] = table(["n", "text"], rows, { width: 30, colours: false }).split("\n");
    expect(wide).toBe(`1   ${"好".repeat(12)}…`);
    expect(lines).toBe("22  two lines");
    expect(table(["n", "text"], rows, { width: undefined, colours: false })).toContain("好".repeat(30));
  });
});
