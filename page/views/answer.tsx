import { answerParts, type Turn } from "./chat-turn.js";

interface Props {
  readonly turn: Turn;
  readonly onCite: (id: string) => void;
  /** Asks the same again; given where that makes sense. */
  readonly onAgain?: () => void;
}

/** An answer as it grows; its citations are buttons that show the memory they stand for. */
export function Answer({ turn, onCite, onAgain }: Props) {
  const { answer, recalled, state, error } = turn;
  const running = state === "running";
  return (
    <div class="bubble answer" dir="auto">
      <span class="hidden">Assistant: </span>
      {answer === "" && running && (
        <span class="muted thinking">
          Thinking
          <span class="dots" aria-hidden="true" />
        </span>
      )}
      {answerParts(answer, recalled, running).map((part, i) =>
        "text" in part ? (
          <span key={i}>{part.text}</span>
        ) : (
          <button
            type="button"
            key={i}
            class="cite"
            aria-label={`${part.note}, rests on: ${part.memory.text.slice(0, 120)}`}
            onClick={() => onCite(part.memory.id)}
          >
            {part.note}
          </button>
        ),
      )}
      {state === "stopped" && <p class="muted small">Stopped.</p>}
      {error !== undefined && (
        <p class="bad small" role="alert">
          {error}
        </p>
      )}
      {state === "failed" && onAgain && (
        <button type="button" class="small" onClick={onAgain}>
          Try again
        </button>
      )}
    </div>
  );
}
