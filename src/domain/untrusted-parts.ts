
export const isUntrusted = (role: string, _text: string): boolean => role === "tool";
export const withoutMemories = (text: string): string => text;
