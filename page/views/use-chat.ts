import { useEffect, useState } from "preact/hooks";
import { conversationOf, watch, type Conversation } from "./conversation.js";

/** The user's running conversation, as it grows. */
export function useChat(user: string): Conversation {
  const [conversation, show] = useState(() => conversationOf(user));
  useEffect(() => {
    // An answer may have come to its end between the first look and this one.
    show(conversationOf(user));
    return watch(show);
  }, [user]);
  return conversation;
}
