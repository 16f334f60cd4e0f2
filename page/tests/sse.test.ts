import { eventsOf } from "../sse.js";

async function read(...chunks: (string | Uint8Array)[]) {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
  const events = [];
  for await (const { event, data } of eventsOf(stream)) events.push([event, data]);
  return events;
}

describe("server-sent events", () => {
  it("are read wherever the stream is cut, even within a letter", async () => {
    const text = 'event: token\ndata: {"text":"Olá 🌊"}\n\nevent: done\ndata: 1\ndata: 2\n\n';
    const bytes = new TextEncoder().encode(text);
    const whole = [
      ["token", '{"text":"Olá 🌊"}'],
      ["done", "1\n2"],
    ];
    for (let cut = 1; cut < bytes.length; cut++) expect(await read(bytes.slice(0, cut), bytes.slice(cut))).toEqual(whole);
  });

  it("may end their lines in any way, and comments and empty blocks are passed over", async () => {
    expect(await read(": hello\n\n", "data:x\r\n\r\n", "\n\n", "event: e\rdata: y\r\r", "event: nothing\n\n")).toEqual([
      ["message", "x"],
      ["e", "y"],
    ]);
  });

  it("that are not whole at the end are left out", async () => {
    expect(await read("data: x\n\ndata: half")).toEqual([["message", "x"]]);
  });
});
