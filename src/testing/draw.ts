/**
 * Pictures for tests, drawn from a number: the same number gives the same picture, another one another. Coloured shapes on a ground
 * that runs from one colour into another, as SVG, which sharp turns into any format.
 */
export function drawScene(seed: number, width = 320, height = 240): string {
  const random = numbersFrom(seed);
  const colour = (): string => `rgb(${Math.floor(random() * 256)},${Math.floor(random() * 256)},${Math.floor(random() * 256)})`;
  const shapes = Array.from({ length: 14 }, () => {
    const [x, y, size] = [random() * width, random() * height, (0.08 + random() * 0.22) * width];
    const fill = colour();
    const kind = random();
    if (kind < 0.35) return `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="${fill}"/>`;
    if (kind < 0.7)
      return `<rect x="${x - size / 2}" y="${y - size / 2}" width="${size}" height="${size * (0.4 + random())}" fill="${fill}"/>`;
    return `<polygon points="${x},${y - size / 2} ${x + size / 2},${y + size / 2} ${x - size / 2},${y + size / 3}" fill="${fill}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<defs><linearGradient id="g" x1="0" y1="0" x2="${random()}" y2="1"><stop offset="0" stop-color="${colour()}"/><stop offset="1" stop-color="${colour()}"/></linearGradient></defs>
<rect width="100%" height="100%" fill="url(#g)"/>${shapes.join("")}</svg>`;
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
