import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** Says something to the user in passing; screen readers hear it too. */
export type Tell = (text: string, tone?: "good" | "bad") => void;

export const TellContext = createContext<Tell>(() => undefined);
export const useTell = (): Tell => useContext(TellContext);

/** Does something and says when it failed. Answers whether it worked. */
export async function attempt(tell: Tell, work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work();
    if (done !== undefined) tell(done, "good");
    return true;
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error), "bad");
    return false;
  }
}
