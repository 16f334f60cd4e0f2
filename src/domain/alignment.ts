import { type Personality, type Trait } from "./personality.js";

/** From here on a trait is high, and at or below its mirror low; in between it says nothing about style. Our own choice. */
const HIGH = 3.5;
const LOW = 2.5;
/** And from here on strongly so. */
const VERY = 4.25;

const GUIDANCE: Record<Trait, { high: string; low: string }> = {
  openness: {
    high: "Offer new angles, ideas and connections; this person enjoys what is unfamiliar.",
    low: "Stay practical and concrete; prefer proven ways and familiar examples.",
  },
  conscientiousness: {
    high: "Be precise and well ordered: steps, deadlines and checks are welcome.",
    low: "Keep plans light and flexible; one next step is enough.",
  },
  extraversion: {
    high: "Be lively and sociable; bring in other people and shared activities.",
    low: "Be calm and to the point; leave room, and suggest quiet or solitary options.",
  },
  agreeableness: {
    high: "Be warm and considerate; look for what works for everyone.",
    low: "Be frank and direct; give reasons and name disagreement plainly.",
  },
  neuroticism: {
    high: "Be reassuring and patient; acknowledge worries first, and break difficulties into small steps.",
    low: "Be matter-of-fact; this person takes problems and risks calmly.",
  },
};

/** Plain style guidance from the scores, strongest trait first; nothing where the personality is still unknown. */
export function styleFor(personality: Personality): string[] {
  return (Object.entries(personality.scores) as [Trait, number][])
    .filter(([, score]) => score >= HIGH || score <= LOW)
    .sort(([, a], [, b]) => Math.abs(b - 3) - Math.abs(a - 3))
    .map(([trait, score]) => {
      const line = GUIDANCE[trait][score >= HIGH ? "high" : "low"];
      return score >= VERY || score <= 6 - VERY ? `${line} (strongly)` : line;
    });
}
