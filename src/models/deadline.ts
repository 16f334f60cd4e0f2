/**
 * Runs work that ends with the run it belongs to, or after so many ms, whether it heeds the signal or not.
 *
 * Not `AbortSignal.any([outer, AbortSignal.timeout(ms)])`: nothing but a weak reference holds a timeout there, so that in Node 20 it is
 * collected as garbage before it fires, and a call that hangs then hangs for ever.
 *
 * @throws DOMException TimeoutError; the reason of `outer` when that is aborted; whatever the work throws
 */
export async function withDeadline<T>(ms: number, outer: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const { signal } = controller;
  const onAbort = (): void => controller.abort(outer!.reason);
  outer?.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(() => controller.abort(new DOMException(`There was no answer within ${ms / 1000} s.`, "TimeoutError")), ms);
  const ended = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }));
  try {
    return await Promise.race([work(signal), ended]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", onAbort);
  }
}
