import { api } from "../api.js";
import { showKey } from "../format.js";
import { useLoaded } from "../loading.js";

/** After a correction: entries of the profile that rest on the same messages may say the old thing still. */
export function AlsoInProfile({ sources }: { sources: readonly string[] }) {
  const { value } = useLoaded(() => api.profile(), []);
  const entries = [
    ...(value?.identity ?? []).map(({ field, value: text, source }) => ({ name: field, text, source })),
    ...(value?.preferences ?? []).map(({ key, text, source }) => ({ name: key, text, source })),
  ].filter(({ source }) => sources.includes(source));
  if (entries.length === 0) return null;
  return (
    <div class="notice warn small" role="status">
      {entries.map(({ name, text }) => (
        <p key={name} dir="auto">
          Your profile also says, from the same message: “{showKey(name)}: {text}”.
        </p>
      ))}
      <a href="#/profile">Correct the profile</a>
    </div>
  );
}
