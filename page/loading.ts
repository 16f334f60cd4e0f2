import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  readonly value?: T;
  readonly error?: Error;
  readonly busy: boolean;
  /** Asks again; what is shown stays until the answer is there. */
  readonly reload: () => Promise<void>;
}

/** Loads when the view appears and whenever `inputs` change; an answer that was overtaken is dropped. */
export function useLoaded<T>(load: () => Promise<T>, inputs: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<{ value?: T; error?: Error; busy: boolean }>({ busy: true });
  const latest = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++latest.current;
    setState((before) => ({ ...before, busy: true }));
    const next = await load().then(
      (value) => ({ value, busy: false }),
      (error: Error) => ({ error, busy: false }),
    );
    if (mine === latest.current) setState(next);
  }, inputs);
  useEffect(() => {
    void reload();
    return () => void latest.current++;
  }, [reload]);
  return { ...state, reload };
}
