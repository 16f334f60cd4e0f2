import { PersonaMemory, SqliteStore } from "../index.js";
import { scriptedPersona } from "../testing/index.js";
import { picture } from "../testing/pictures.js";
import { createInspector } from "./inspector.js";

async function world() {
  const box = { x: 0.2, y: 0.2, width: 0.5, height: 0.5 };
  const model = scriptedPersona({ see: () => [{ name: "Bessie", category: "truck", description: "a red pickup", box }] });
  const memory = new PersonaMemory({ model, store: new SqliteStore() });
  await memory.remember("ada", [{ role: "user", text: "This is Bessie, my truck.", images: [await picture(1)] }]);
  await memory.flush("ada");
  const app = createInspector({ memory, model: "scripted", version: "1.2.3", page: "nowhere" });
  const get = (path: string, user = "ada") =>
    app.request(`/persona/api${path}${path.includes("?") ? "&" : "?"}user=${user}`, { headers: { host: "127.0.0.1:2024" } });
  const post = (path: string, body: object) =>
    app.request(`/persona/api${path}?user=ada`, {
      method: "POST",
      headers: { host: "127.0.0.1:2024", "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const images = async (kind: string): Promise<string[][]> =>
    ((await (await get(`/memories?kind=${kind}`)).json()) as { items: { images?: string[] }[] }).items.map((item) => item.images ?? []);
  return { memory, get, post, images };
}

describe("images in the inspector", () => {
  it("are named by their memories: the part that was seen, and the whole that was sent", async () => {
    const { images, get } = await world();
    const [[[crop]], [[whole]]] = (await Promise.all([images("fact"), images("message")])) as [[[string]], [[string]]];
    expect(crop).not.toBe(whole);
    const [large, small] = await Promise.all([get(`/images/${whole}`), get(`/images/${whole}?pixels=5000`)]);
    expect([large.status, large.headers.get("content-type"), large.headers.get("cache-control")]).toEqual([200, "image/jpeg", "no-store"]);
    expect((await small.arrayBuffer()).byteLength).toBeLessThan((await large.arrayBuffer()).byteLength);
  });

  it("are shown to their user alone, and to nobody once they are erased", async () => {
    const { memory, images, get } = await world();
    const [[whole]] = (await images("message")) as [[string]];
    expect((await get(`/images/${whole}`, "eve")).status).toBe(404);
    for (const name of ["..%2F..%2Fetc%2Fpasswd", "x.jpg"]) expect((await get(`/images/${name}`)).status).toBe(404);
    await memory.erase("ada");
    expect((await get(`/images/${whole}`)).status).toBe(404);
  });

  it("are sent in the chat as data alone", async () => {
    const { post } = await world();
    for (const body of [
      { text: "" },
      { text: "Look.", images: ["http://127.0.0.1/x.png"] },
      { text: "Look.", images: ["file:///etc/passwd"] },
    ])
      expect((await post("/chat", body)).status).toBe(400);
  });
});
