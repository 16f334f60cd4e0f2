/** Conversations as long as people's are: about 120 characters from the user, 600 from the assistant, 20 messages a conversation. */
const TOPICS = ["a trip to Lisbon", "sourdough bread", "a job interview", "my sister's wedding", "a knee injury", "learning the cello"];
const topicOf = (i: number): string => TOPICS[Math.floor(i / 2) % TOPICS.length]!;
const ASKED = (i: number): string =>
  `Could you help me with ${topicOf(i)}? Note ${i}: I have thought about it since Monday and would rather keep it simple.`;
const ANSWERED = (i: number): string =>
  `Happy to help with ${topicOf(i)}. ` +
  `Here is what I would look at first, point ${i}: begin with what matters most to you, set aside an hour for it, and leave the rest for later. `.repeat(
    4,
  );
const CONVERSATION = 20;
const START = Date.UTC(2023, 0, 1, 8);

export interface Said {
  readonly role: "user" | "assistant";
  readonly text: string;
  readonly at: number;
}

/** Message number `i`: a conversation every six hours, a message a minute. */
export const saidAt = (i: number): Said => ({
  role: i % 2 === 0 ? "user" : "assistant",
  text: i % 2 === 0 ? ASKED(i) : ANSWERED(i).trim(),
  at: START + Math.floor(i / CONVERSATION) * 6 * 3_600_000 + (i % CONVERSATION) * 60_000,
});

export function* jsonLines(total: number): Generator<string> {
  for (let i = 0; i < total; i++) yield `${JSON.stringify({ id: `m${i}`, thread: `c${Math.floor(i / CONVERSATION)}`, ...saidAt(i) })}\n`;
}

/** One file as ChatGPT writes it, on one line. */
export function* chatgptLines(total: number): Generator<string> {
  yield "[";
  for (let from = 0; from < total; from += CONVERSATION) {
    const mapping: Record<string, unknown> = { root: { id: "root", message: null, parent: null, children: [`m${from}`] } };
    const until = Math.min(total, from + CONVERSATION);
    for (let i = from; i < until; i++) {
      const { role, text, at } = saidAt(i);
      const message = {
        id: `m${i}`,
        author: { role, name: null, metadata: {} },
        create_time: at / 1000,
        content: { content_type: "text", parts: [text] },
        status: "finished_successfully",
        weight: 1,
        metadata: { model_slug: "m", request_id: "0".repeat(24), timestamp_: "absolute" },
        recipient: "all",
      };
      mapping[`m${i}`] = { id: `m${i}`, message, parent: i === from ? "root" : `m${i - 1}`, children: i + 1 < until ? [`m${i + 1}`] : [] };
    }
    const conversation = {
      title: "A chat",
      create_time: saidAt(from).at / 1000,
      mapping,
      current_node: `m${until - 1}`,
      conversation_id: `c${from}`,
    };
    yield `${from === 0 ? "" : ","}${JSON.stringify(conversation)}`;
  }
  yield "]";
}
