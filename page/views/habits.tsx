import { Empty } from "../parts/empty.js";
import { MemoryList } from "../parts/memory-list.js";

/** Habits and long-term goals. */
export const HabitsView = () => (
  <MemoryList
    kind="procedure"
    names={["habit or goal", "habits and goals"]}
    empty={
      <Empty icon="habits" title="No habits or goals yet">
        What you do regularly or want to reach is noted when a conversation is filed, the five confirmed last.
      </Empty>
    }
  />
);
