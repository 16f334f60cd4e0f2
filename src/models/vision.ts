import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { mimeOf, type MediaId } from "../domain/image.js";

/** A content block that every LangChain integration with images takes, or the text that goes with one. */
export type ImageBlock =
  { readonly type: "text"; readonly text: string } | { readonly type: "image_url"; readonly image_url: { readonly url: string } };

export const imageBlock = (bytes: Uint8Array, mime: string): ImageBlock => ({
  type: "image_url",
  image_url: { url: `data:${mime};base64,${Buffer.from(bytes).toString("base64")}` },
});

export const storedBlock = (bytes: Uint8Array, id: MediaId): ImageBlock => imageBlock(bytes, mimeOf(id));

/** Models of other makes of LangChain have none. */
const profileOf = (model: BaseChatModel): BaseChatModel["profile"] | undefined => model.profile;

/** Models that turned a request with images down. */
const blind = new WeakSet<BaseChatModel>();

/** Whether a model is shown images. Where its profile does not say, it is, until it turns one down. */
export function sees(model: BaseChatModel, vision: "auto" | "always" | "never"): boolean {
  if (vision !== "auto") return vision === "always";
  return profileOf(model)?.imageInputs ?? !blind.has(model);
}

/**
 * Takes the refusal of a request with images for what it most likely is, where nothing is known of the model. Answers whether it is
 * worth asking again without them.
 */
export function cannotSee(model: BaseChatModel, vision: "auto" | "always" | "never", error: unknown): boolean {
  const { status } = error as { status?: unknown };
  if (vision !== "auto" || profileOf(model)?.imageInputs !== undefined) return false;
  if (status !== 400 && status !== 415 && status !== 422 && status !== 404) return false;
  blind.add(model);
  return true;
}
