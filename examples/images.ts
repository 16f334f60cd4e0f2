// A picture is a memory, too: say what it is once, and a copy of it, cropped and recompressed, brings that back weeks later. A model that
// sees (PERSONAGRAPH_MODEL) describes it as well, so that it is also found by what it shows.
import sharp from "sharp";
import { PersonaMemory } from "personagraph";

const memory = new PersonaMemory({ store: process.env["PERSONAGRAPH_STORE"] ?? ":memory:" });

/** Stands where your photos would: a truck before a hill. */
const truck = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="480" fill="#9ecbe8"/>
<path d="M0 330 Q200 120 640 300 V480 H0 Z" fill="#5d8a3c"/><rect x="150" y="260" width="220" height="90" fill="#b3392f"/>
<path d="M370 280 h70 l50 40 v30 h-120 Z" fill="#d8543f"/><circle cx="210" cy="355" r="34" fill="#222"/><circle cx="420" cy="355" r="34" fill="#222"/></svg>`;
const photo = await sharp(Buffer.from(truck)).jpeg().toBuffer();

await memory.remember("ada", [
  { role: "user", text: "This is Bessie, my old truck.", at: "2026-03-02T09:15", images: [photo] },
  { role: "user", text: "Look at this number.", images: ["data:image/png;base64,AAAA"] }, // no image: logged all the same, with a warning
]);

const copy = await sharp(photo).extract({ left: 90, top: 120, width: 480, height: 330 }).resize(200).jpeg({ quality: 40 }).toBuffer();
for (const { text, why, record } of (await memory.recall("ada", { image: copy })).hits) {
  const [held] = "images" in record ? (record.images as { media?: string }[]) : [];
  const thumbnail = held?.media ? await memory.image("ada", held.media, { pixels: 10_000 }) : undefined;
  console.log(Object.keys(why)[0], "·", text.split("\n")[0], `· thumbnail of ${thumbnail?.bytes.length} bytes`);
}
await memory.erase("ada"); // the bytes go with it
await memory.close();
