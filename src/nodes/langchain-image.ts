import type { BaseMessage } from "@langchain/core/messages";
import type { LostImage } from "../domain/image.js";
import type { ImageSource } from "../media/images.js";

/** An image as a message brings it; or that it cannot be had. */
export type Brought = ImageSource | LostImage;

type Block = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const part = (value: unknown): Block => (typeof value === "object" && value !== null ? (value as Block) : {});

/** Whether a content block is an image, in any of the forms below. */
export const isImageBlock = (block: unknown): boolean => brought(block) !== undefined;

/** The images of a message, in their order. */
export function imagesIn({ content }: Pick<BaseMessage, "content">): Brought[] {
  return Array.isArray(content) ? content.flatMap((block: unknown) => brought(block) ?? []) : [];
}

/**
 * Reads a content block: LangChain's `image` (v1: data, url or fileId; v0: source_type), OpenAI's `image_url` and `input_image`,
 * Anthropic's `image` with a source, and files of an image type.
 */
function brought(value: unknown): Brought | undefined {
  const block = part(value);
  const source = part(block["source"]);
  const mime = text(block["mimeType"] ?? block["mime_type"] ?? source["media_type"]);
  if (block["type"] === "image_url" || block["type"] === "input_image") {
    const url = text(block["image_url"]) ?? text(part(block["image_url"])["url"]);
    return at(url, mime) ?? byId(text(block["file_id"])) ?? NOTHING;
  }
  if (block["type"] !== "image" && !(block["type"] === "file" && mime?.startsWith("image/"))) return undefined;
  const data = block["data"] ?? source["data"];
  return (
    bytes(data, mime) ??
    at(text(block["url"]) ?? text(source["url"]) ?? text(block["image_url"]), mime) ??
    byId(text(block["fileId"] ?? block["file_id"] ?? block["id"] ?? source["file_id"])) ??
    NOTHING
  );
}

const NOTHING: LostImage = { problem: "IMAGE_EMPTY" };

const byId = (id: string | undefined): LostImage | undefined =>
  id === undefined ? undefined : { problem: "IMAGE_BY_ID", source: id.slice(0, 200) };

function at(url: string | undefined, mime: string | undefined): Brought | undefined {
  if (url === undefined) return undefined;
  return url.startsWith("data:") ? fromDataUrl(url) : { url, mime };
}

/** An address that holds the bytes themselves: `data:image/png;base64,…`. */
export function fromDataUrl(url: string): ImageSource {
  const comma = url.indexOf(",");
  const [mime = "", ...parameters] = url.slice(5, Math.max(5, comma)).split(";");
  const body = comma < 0 ? "" : url.slice(comma + 1);
  return {
    bytes: Buffer.from(parameters.includes("base64") ? body : unescaped(body), parameters.includes("base64") ? "base64" : "latin1"),
    mime,
  };
}

function unescaped(body: string): string {
  try {
    return decodeURIComponent(body);
  } catch {
    return body;
  }
}

const bytes = (data: unknown, mime: string | undefined): Brought | undefined =>
  typeof data === "string"
    ? data.startsWith("data:")
      ? fromDataUrl(data)
      : { bytes: Buffer.from(data, "base64"), mime }
    : data instanceof Uint8Array
      ? { bytes: data, mime }
      : undefined;
