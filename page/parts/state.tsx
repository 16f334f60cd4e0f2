import type { ComponentChildren } from "preact";
import type { Loaded } from "../loading.js";

/** What a view shows while it loads, and when that failed; what was there before stays in sight. */
export function State<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ComponentChildren }) {
  const { value, error, busy, reload } = of;
  if (error) {
    return (
      <div class="notice bad" role="alert">
        <p>{error.message}</p>
        <button type="button" onClick={() => void reload()}>
          Try again
        </button>
      </div>
    );
  }
  if (value === undefined)
    return (
      <p class="muted" role="status">
        Loading …
      </p>
    );
  return (
    <div class="state" aria-busy={busy}>
      {children(value)}
    </div>
  );
}
