export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "personagraph.theme";

export const theme = (): Theme => THEMES.find((name) => name === localStorage.getItem(KEY)) ?? "system";

export function applyTheme(name: Theme): void {
  localStorage.setItem(KEY, name);
  if (name === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = name;
  // Charts are drawn in the colours of the moment.
  dispatchEvent(new Event("themechange"));
}
