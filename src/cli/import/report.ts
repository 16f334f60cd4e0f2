import type { Estimate } from "../../import/estimate.js";
import type { Survey } from "../../import/survey.js";
import { count, day } from "../output.js";
import type { Session } from "../session.js";
import { sayEstimate } from "./derive.js";
import type { Logged } from "./log.js";

interface Imported {
  readonly source: string;
  readonly format: string;
  readonly read: Survey;
  readonly estimate: Estimate;
  readonly logged?: Logged;
  readonly derived?: boolean;
  /** Steps that could not be derived now. */
  readonly pending?: number;
  /** Whether anything waits to be derived, where that was not asked for. */
  readonly waiting?: boolean;
  readonly dryRun?: boolean;
}

/** What was read, what is new, what is broken and where, and what is still to do. */
export function report({ out, userId, timezone }: Session, imported: Imported): void {
  const { read, estimate, logged, derived, pending = 0, waiting, dryRun = false, source, format } = imported;
  const { from, to, skipped, broken, problems } = read;
  out.result(
    {
      source,
      format,
      userId,
      dryRun,
      read,
      estimate,
      ...logged,
      ...(derived !== undefined && { derived }),
      ...(derived && { pending }),
      ...(waiting !== undefined && { waiting }),
    },
    () =>
      [
        `${count(read.messages, "message")} in ${read.threads > 0 ? `${count(read.threads, "conversation")} and ` : ""}${count(read.sessions, "session")}${
          from === undefined ? "" : `, ${day(from, timezone)} to ${day(to!, timezone)}`
        }`,
        ...Object.entries(skipped).map(([reason, n]) => `  left out: ${n.toLocaleString("en-US")} ${reason}`),
        ...broken.map(({ where, message, fix }) => `  broken: ${where}: ${message} ${fix}`),
        ...(problems > broken.length ? [`  and ${problems - broken.length} more that are broken`] : []),
        ...(logged ? [`${logged.added.toLocaleString("en-US")} new, ${logged.known.toLocaleString("en-US")} known before`] : []),
        ...(logged?.warnings ?? []).map((warning) => `  note: ${warning}`),
        ...(dryRun ? [`Nothing was imported. To derive all of it: ${sayEstimate(estimate)}.`] : []),
        ...(waiting ? [`Searchable now; "personagraph derive" derives facts and episodes: ${sayEstimate(estimate)} for all of it.`] : []),
        ...(pending > 0 ? [`${count(pending, "step")} could not be derived now; "personagraph derive" tries again.`] : []),
      ].join("\n"),
  );
}
