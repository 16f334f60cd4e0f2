import { showMonth } from "../format.js";
import { Empty } from "../parts/empty.js";
import { MemoryList } from "../parts/memory-list.js";

/** Episodes, newest first, month by month; each opens the messages under it. */
export const TimelineView = () => (
  <MemoryList
    kind="episode"
    names={["episode", "episodes"]}
    heading={({ at }) => showMonth(at)}
    empty={
      <Empty icon="timeline" title="No episodes yet">
        A conversation is filed when it has been quiet for a while. <a href="#/storage">Storage</a> can do it now.
      </Empty>
    }
  />
);
