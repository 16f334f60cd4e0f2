import { type z } from "zod";
import type { ImportedImage } from "./imported.js";

/** What a message says, gathered from parts: words, and placeholders where something else stood, as the log writes them. */
export class Parts {
  readonly images: ImportedImage[] = [];
  readonly #texts: string[] = [];

  text(text: string): void {
    if (text.trim() !== "") this.#texts.push(text);
  }

  image(name: string): void {
    this.images.push({ name });
    this.#texts.push("[image]");
  }

  file(name: string): void {
    this.#texts.push(name === "" ? "[file]" : `[file: ${name}]`);
  }

  get said(): string {
    return this.#texts.join("\n");
  }
}

/** Why a value does not fit a schema, in one line. */
export const misfit = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message)).join("; ");

/** Seconds (as exports write them) or milliseconds since 1970 as milliseconds. */
export const epoch = (time: number): number => Math.round(Math.abs(time) < 1e11 ? time * 1000 : time);
