import type { Personality as Wire, Trait } from "../../src/server/api/schemas.js";

export type Personality = Wire;
export type Point = Wire["points"][number];

export const TRAITS: readonly Trait[] = ["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"];

/** What a high score says, in words for everybody; and the colour of its line. */
export const TRAIT_MEANING: Readonly<
  Record<
    Trait,
    {
      readonly name: string;
      readonly syllables: readonly string[];
      readonly high: string;
      readonly colour: string;
      readonly dash: number[];
    }
  >
> = {
  openness: { name: "Openness", syllables: ["Openness"], high: "curious, likes what is new", colour: "--openness", dash: [] },
  conscientiousness: {
    name: "Conscientiousness",
    syllables: ["Conscien-", "tiousness"],
    high: "orderly, plans ahead",
    colour: "--conscientiousness",
    dash: [6, 3],
  },
  extraversion: {
    name: "Extraversion",
    syllables: ["Extra-", "version"],
    high: "outgoing, likes company",
    colour: "--extraversion",
    dash: [2, 3],
  },
  agreeableness: {
    name: "Agreeableness",
    syllables: ["Agree-", "ableness"],
    high: "kind, seeks harmony",
    colour: "--agreeableness",
    dash: [10, 4],
  },
  neuroticism: {
    name: "Neuroticism",
    syllables: ["Neuro-", "ticism"],
    high: "worries, feels stress easily",
    colour: "--neuroticism",
    dash: [8, 3, 2, 3],
  },
};
