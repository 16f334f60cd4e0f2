/** A share as a bar; its number stands beside it for everybody. */
export const Bar = ({ share, minus = false }: { share: number; minus?: boolean }) => (
  <svg class={`share${minus ? " minus" : ""}`} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    <rect class="track" width="100" height="6" rx="3" />
    <rect width={Math.max(0, Math.min(1, share)) * 100} height="6" rx="3" />
  </svg>
);
