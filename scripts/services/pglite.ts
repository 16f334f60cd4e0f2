import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";

export interface RunningPglite {
  readonly url: string;
  stop(): Promise<void>;
}

const SSL_REQUEST = 80_877_103;
/** Messages that end a request: a simple query, and the sync after an extended one. */
const ENDS = new Set(["Q", "S"].map((type) => type.charCodeAt(0)));
const TERMINATE = "X".charCodeAt(0);

/**
 * A Postgres with pgvector in this process, for tests: PGlite, which is Postgres compiled to WebAssembly, behind a port of loopback.
 * It is one backend, so connections take turns: a request at a time, and a transaction as a whole. (The package's own socket server
 * takes turns message by message, and then executes what another connection has parsed.)
 */
export async function startPglite({ path, port = 0 }: { readonly path?: string; readonly port?: number } = {}): Promise<RunningPglite> {
  const db = await PGlite.create({ ...(path !== undefined && { dataDir: path }), extensions: { vector } });
  const turns = new Turns();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const leave = turns.join(async () => {
      if (db.isInTransaction()) await db.exec("ROLLBACK");
    });
    socket.on("close", () => {
      sockets.delete(socket);
      leave();
    });
    socket.on("error", () => socket.destroy());
    const read = requests(socket);
    socket.on("data", (chunk) => {
      for (const request of read(chunk))
        void turns.take(leave, async () => {
          const answer = await db.execProtocolRaw(request);
          if (socket.writable) socket.write(answer);
          return db.isInTransaction();
        });
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `postgresql://postgres:postgres@127.0.0.1:${(server.address() as AddressInfo).port}/postgres`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await turns.take(server, async () => false);
      await db.close();
    },
  };
}

/** Cuts what a client sends into whole requests. */
function requests(socket: Socket): (chunk: Buffer) => Buffer[] {
  let rest = Buffer.alloc(0);
  let begun = false;
  /** Where the request at hand ends so far. */
  let end = 0;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const found: Buffer[] = [];
    const cut = (): void => {
      found.push(rest.subarray(0, end));
      rest = rest.subarray(end);
      end = 0;
    };
    for (;;) {
      if (!begun) {
        if (rest.length < 8 || rest.length < rest.readInt32BE(0)) return found;
        end = rest.readInt32BE(0);
        if (rest.readInt32BE(4) === SSL_REQUEST) {
          socket.write("N");
          rest = rest.subarray(end);
          end = 0;
          continue;
        }
        begun = true;
        cut();
      }
      if (rest.length < end + 5 || rest.length < end + 1 + rest.readInt32BE(end + 1)) return found;
      const type = rest[end]!;
      end += 1 + rest.readInt32BE(end + 1);
      if (type === TERMINATE) {
        socket.end();
        return found;
      }
      if (ENDS.has(type)) cut();
    }
  };
}

interface Turn {
  readonly who: object;
  readonly work: () => Promise<boolean>;
}

/** Who begins a transaction has the next turns too, until it is over. */
class Turns {
  readonly #waiting: Turn[] = [];
  #owner: object | undefined;
  #busy = false;

  /** Gives who takes the turns, and is called when they are gone: what they began is then undone. */
  join(undo: () => Promise<void>): () => void {
    const leave = (): void => {
      if (this.#owner !== leave) return;
      void this.take(leave, async () => {
        await undo();
        return false;
      });
    };
    return leave;
  }

  /** `work` tells whether a transaction is open after it. */
  take(who: object, work: () => Promise<boolean>): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({
        who,
        work: () =>
          work()
            .catch(() => false)
            .finally(resolve),
      });
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (;;) {
      const next = this.#waiting.findIndex(({ who }) => this.#owner === undefined || this.#owner === who);
      const turn = next < 0 ? undefined : this.#waiting.splice(next, 1)[0];
      if (!turn) break;
      this.#owner = turn.who;
      if (!(await turn.work())) this.#owner = undefined;
    }
    this.#busy = false;
  }
}
