import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.js";

/** Says why there is nothing to see, and what to do about it. */
export const Empty = ({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <Icon name={icon} />
    <p class="empty-title">{title}</p>
    {children !== undefined && <p>{children}</p>}
  </div>
);
