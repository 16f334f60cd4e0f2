/** Whose memory is shown, as far as this browser knows. A token lives as long as the tab. */
const USER = "personagraph.user";
const TOKEN = "personagraph.token";

/** Each tab keeps its own user, whoever is chosen in another one meanwhile; a new tab begins with the last one chosen. */
export function chosenUser(): string {
  const user = sessionStorage.getItem(USER) ?? localStorage.getItem(USER) ?? "";
  if (user !== "") sessionStorage.setItem(USER, user);
  return user;
}
export function chooseUser(user: string): void {
  sessionStorage.setItem(USER, user);
  localStorage.setItem(USER, user);
}

export const token = (): string => sessionStorage.getItem(TOKEN) ?? "";
export const keepToken = (value: string): void => sessionStorage.setItem(TOKEN, value);

export function forgetCaller(): void {
  sessionStorage.removeItem(TOKEN);
  sessionStorage.removeItem(USER);
  localStorage.removeItem(USER);
}
