import { useLayoutEffect } from "preact/hooks";

/** When what has taken the focus goes, whoever works by keyboard goes on where they were; where that is gone too, at the top of the view. */
export function useReturnFocus(): void {
  useLayoutEffect(() => {
    const opener = document.activeElement;
    return () =>
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return;
        const target = opener?.isConnected ? opener : document.querySelector("h1");
        if (target instanceof HTMLElement) target.focus();
      });
  }, []);
}
