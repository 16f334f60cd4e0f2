import { HumanMessage } from "@langchain/core/messages";
import { fromDataUrl, imagesIn } from "./langchain-image.js";
import { incoming } from "./langchain-message.js";

const BASE64 = Buffer.from("bytes").toString("base64");
const URL = "https://example.com/a.png";
const bytes = (mime?: string) => ({ bytes: Buffer.from("bytes"), mime });

describe("images in content blocks", () => {
  it.each([
    ["image_url", { type: "image_url", image_url: { url: URL } }, { url: URL }],
    ["image_url as a string", { type: "image_url", image_url: `data:image/png;base64,${BASE64}` }, bytes("image/png")],
    ["image, data", { type: "image", mimeType: "image/png", data: BASE64 }, bytes("image/png")],
    ["image, bytes", { type: "image", mimeType: "image/png", data: Buffer.from("bytes") }, bytes("image/png")],
    ["image, url", { type: "image", url: URL }, { url: URL }],
    ["image, file id", { type: "image", fileId: "file-1" }, { problem: "IMAGE_BY_ID", source: "file-1" }],
    ["v0 base64", { type: "image", source_type: "base64", mime_type: "image/png", data: BASE64 }, bytes("image/png")],
    ["v0 url", { type: "image", source_type: "url", url: URL }, { url: URL }],
    ["v0 id", { type: "image", source_type: "id", id: "file-1" }, { problem: "IMAGE_BY_ID", source: "file-1" }],
    ["Anthropic", { type: "image", source: { type: "base64", media_type: "image/png", data: BASE64 } }, bytes("image/png")],
    ["Anthropic, url", { type: "image", source: { type: "url", url: URL } }, { url: URL }],
    ["Anthropic, file", { type: "image", source: { type: "file", file_id: "file-1" } }, { problem: "IMAGE_BY_ID", source: "file-1" }],
    ["OpenAI responses", { type: "input_image", image_url: URL }, { url: URL }],
    ["OpenAI responses, file", { type: "input_image", file_id: "file-1" }, { problem: "IMAGE_BY_ID", source: "file-1" }],
    ["a file that is an image", { type: "file", mimeType: "image/png", data: BASE64 }, bytes("image/png")],
    ["an empty block", { type: "image" }, { problem: "IMAGE_EMPTY" }],
  ])("%s", (_, block, expected) => {
    const message = new HumanMessage({ content: [{ type: "text", text: "Look." }, block] as never });
    expect(imagesIn(message)).toEqual([expected]);
    expect(incoming(message).text).toBe("Look.\n[image]");
  });

  it("are told from other blocks", () => {
    const blocks = [
      { type: "text", text: "image" },
      { type: "file", mimeType: "application/pdf", data: BASE64 },
      { type: "audio", data: BASE64 },
    ];
    expect(imagesIn(new HumanMessage({ content: blocks as never }))).toEqual([]);
    expect(imagesIn(new HumanMessage("plain"))).toEqual([]);
  });

  it("may be written without base64, or not at all well", () => {
    expect(fromDataUrl("data:text/plain,a%20b")).toEqual({ bytes: Buffer.from("a b"), mime: "text/plain" });
    expect(fromDataUrl("data:image/png;base64")).toEqual({ bytes: Buffer.alloc(0), mime: "" });
    expect(fromDataUrl("data:,%E0%A4%A")).toMatchObject({ mime: "" });
  });
});
