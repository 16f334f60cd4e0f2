import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Me } from "../src/server/api/schemas.js";
import { api, SIGNED_OUT, type ApiError } from "./api.js";
import { Navigation, VIEWS, type View } from "./parts/navigation.js";
import { Top } from "./parts/top.js";
import { usePlace } from "./router.js";
import { TellContext, type Tell } from "./told.js";
import { ChatView } from "./views/chat.js";
import { restart } from "./views/conversation.js";
import { FactsView } from "./views/facts.js";
import { HabitsView } from "./views/habits.js";
import { PersonalityView } from "./views/personality.js";
import { ProfileView } from "./views/profile.js";
import { SearchView } from "./views/search.js";
import { SignIn, type Door } from "./views/sign-in.js";
import { StorageView } from "./views/storage.js";
import { TimelineView } from "./views/timeline.js";
import { forgetCaller, token } from "./who.js";

/** The whole page: who is looking, the navigation, and one view. */
export function App() {
  const [me, setMe] = useState<Me>();
  const [door, setDoor] = useState<Door>();
  const [told, setTold] = useState<{ text: string; tone: "good" | "bad" }>();
  const tell = useCallback<Tell>((text, tone = "good") => setTold({ text, tone }), []);
  const enter = useCallback(async () => {
    try {
      const known = await api.me();
      setMe(known.user === "" ? undefined : known);
      setDoor(known.user === "" ? { asks: "user" } : undefined);
    } catch (error) {
      const { status, message } = error as ApiError;
      setMe(undefined);
      setDoor(status === 401 ? { asks: "token", ...(token() !== "" && { message }) } : { asks: "again", message });
    }
  }, []);
  useEffect(() => {
    const signedOut = (): void => {
      setMe(undefined);
      setDoor({ asks: "token", message: "Your token no longer counts. Please sign in again." });
    };
    addEventListener(SIGNED_OUT, signedOut);
    void enter();
    return () => removeEventListener(SIGNED_OUT, signedOut);
  }, []);
  useEffect(() => {
    if (!told) return;
    const later = setTimeout(() => setTold(undefined), told.tone === "bad" ? 12_000 : 5000);
    return () => clearTimeout(later);
  }, [told]);
  return (
    <TellContext.Provider value={tell}>
      {me && (
        <Inside
          me={me}
          onLeave={() => {
            forgetCaller();
            restart("");
            void enter();
          }}
        />
      )}
      {door && <SignIn door={door} onEnter={enter} />}
      <div class="toast" role="status" aria-live="polite">
        {told && <p class={told.tone}>{told.text}</p>}
      </div>
    </TellContext.Provider>
  );
}

function Inside({ me, onLeave }: { me: Me; onLeave: () => void }) {
  const place = usePlace();
  const title = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  const view: View = VIEWS.some(({ name }) => name === place.view) ? (place.view as View) : "chat";
  const { title: name, about } = VIEWS.find((known) => known.name === view)!;
  useEffect(() => {
    document.title = `${name} · persona`;
    // Whoever came by keyboard or screen reader goes on where the view begins.
    if (!first.current) title.current?.focus();
    first.current = false;
  }, [view]);
  return (
    <div class={`frame view-${view}`}>
      <Top me={me} onLeave={onLeave} onSkip={() => title.current?.focus()} />
      <Navigation view={view} />
      <main>
        <header class="head">
          <h1 tabIndex={-1} ref={title}>
            {name}
          </h1>
          <p class="muted">{about}</p>
        </header>
        <Content view={view} query={place.query} user={me.user} />
      </main>
    </div>
  );
}

function Content({ view, query, user }: { view: View; query: URLSearchParams; user: string }) {
  switch (view) {
    case "chat":
      return <ChatView user={user} />;
    case "profile":
      return <ProfileView />;
    case "facts":
      return <FactsView />;
    case "timeline":
      return <TimelineView />;
    case "habits":
      return <HabitsView />;
    case "personality":
      return <PersonalityView />;
    case "search":
      return <SearchView query={query} />;
    case "storage":
      return <StorageView user={user} />;
  }
}
