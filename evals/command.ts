import { CommanderError, InvalidArgumentError, type Command } from "commander";

/** A mistake in the call: said without a stack. */
export class Misuse extends Error {}

/** Names with commas between them. */
export const list = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);

export const whole =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) throw new InvalidArgumentError(`is no whole number from ${least} on.`);
    return value;
  };

/** Text to stdout, so that what is written can be caught by a test. */
export type Write = (text: string) => void;
export const toStdout: Write = (text) => void process.stdout.write(text);

/**
 * Runs a command as a process. Codes: 0 done, 1 a mistake in the call or the data; `codeOf` may know others. `mendable` tells what a
 * person can mend, which is said in a sentence, from anything else, which comes with the place it came from.
 */
export async function runCommand(
  command: Command,
  args: readonly string[],
  { mendable, codeOf = () => 1 }: { readonly mendable: (error: Error) => boolean; readonly codeOf?: (error: unknown) => number },
): Promise<void> {
  try {
    await command.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 1;
    else {
      const sentence = error instanceof Misuse || (error instanceof Error && ("code" in error || mendable(error)));
      process.stderr.write(`${error instanceof Error ? (sentence ? error.message : (error.stack ?? error.message)) : String(error)}\n`);
      process.exitCode = codeOf(error);
    }
  }
}
