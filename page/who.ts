/** Whose memory is shown, as far as this browser knows. A token lives as long as the tab. */
const USER = "personagraph.user";
const TOKEN = "personagraph.token";

export const chosenUser = (): string => localStorage.getItem(USER) ?? "";
export const chooseUser = (user: string): void => localStorage.setItem(USER, user);

export const token = (): string => sessionStorage.getItem(TOKEN) ?? "";
export const keepToken = (value: string): void => sessionStorage.setItem(TOKEN, value);

export function forgetCaller(): void {
  sessionStorage.removeItem(TOKEN);
  localStorage.removeItem(USER);
}
