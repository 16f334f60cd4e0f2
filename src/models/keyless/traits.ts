import type { ExtractProposal } from "../../../prompts/extract.js";
import { statements } from "./sentences.js";
import { plain } from "./person.js";

type Traits = ExtractProposal["traits"];

/** Cues that say something about the trait outright. Everything else is 3: no evidence, which is the usual case. */
const CUES: readonly (readonly [keyof Traits, number, RegExp])[] = [
  [
    "openness",
    5,
    /^I (?:love|adore) (?:trying|exploring|learning|discovering|experimenting)\b|^I am (?:very |always )?(?:curious|open-minded|adventurous|creative|imaginative)\b/i,
  ],
  ["openness", 4, /^I (?:like|enjoy) (?:trying|exploring|learning|discovering|experimenting|art|poetry|philosophy|museums)\b/i],
  [
    "openness",
    2,
    /^I (?:do not like|hate|dislike|cannot stand) (?:change|changes|surprises|new things|trying|abstract|modern art)\b|^I prefer (?:routine|what I know|the familiar|things to stay)\b/i,
  ],
  [
    "conscientiousness",
    5,
    /^I am (?:very |always |extremely )?(?:organi[sz]ed|punctual|disciplined|meticulous|a perfectionist)\b|^I (?:always )?plan everything\b/i,
  ],
  [
    "conscientiousness",
    4,
    /^I (?:have )?(?:planned|plan|organi[sz]ed|prepared|wrote|made|keep) .*\b(?:lists?|spreadsheets?|schedules?|in advance|in detail|calendar|to-do)\b/i,
  ],
  [
    "conscientiousness",
    2,
    /^I (?:always |often |usually |keep )?(?:forget|procrastinat\w+|lose|put off|putting off|am late|am always late|am disorgani[sz]ed|leave everything)\b|^I am (?:very |so )?(?:messy|lazy|disorgani[sz]ed|always late)\b/i,
  ],
  [
    "extraversion",
    5,
    /^I (?:love|adore) (?:big |large |loud )?(?:parties|meeting (?:new )?people|crowds|being around people|social events|going out|public speaking)\b/i,
  ],
  [
    "extraversion",
    4,
    /^I (?:like|enjoy) (?:parties|meeting (?:new )?people|being around people|going out|hosting|company)\b|^I am (?:very )?(?:outgoing|sociable|talkative|an extrovert)\b/i,
  ],
  [
    "extraversion",
    2,
    /^I (?:prefer|like|love|want|enjoy) (?:to stay|staying|to be|being|spending (?:time|evenings)) (?:alone|at home|home|by myself|in)\b|^I (?:hate|dislike|do not like|avoid|cannot stand) (?:crowds|parties|small talk|meeting people|public speaking)\b|^I am (?:very |a bit |quite )?(?:shy|introverted|an introvert|quiet|reserved)\b/i,
  ],
  [
    "agreeableness",
    4,
    /^I (?:love|like|enjoy|try) (?:helping|to help|volunteering|taking care of|caring for)\b|^I (?:volunteer|helped|forgave|forgive)\b/i,
  ],
  [
    "agreeableness",
    2,
    /^I (?:hate|do not trust|distrust|cannot stand) (?:people|everyone|everybody|others)\b|^I (?:do not care (?:about|what) (?:others|other people|people|anyone)|love arguing|always argue|hold grudges)\b/i,
  ],
  [
    "neuroticism",
    5,
    /^I (?:worry|panic|am worrying|am anxious|am stressed|feel anxious|feel stressed) .*\b(?:all the time|constantly|always|every (?:day|night)|about everything)\b|^I (?:always|constantly) (?:worry|panic|feel anxious)\b|^I have panic attacks\b|^I am (?:always|constantly) (?:anxious|worried|stressed|afraid)\b/i,
  ],
  [
    "neuroticism",
    4,
    /^I (?:am|feel|have been|get|was|have felt|have been feeling) (?:(?:very|so|really|quite|a bit|too|easily|pretty|extremely) )*(?:anxious|worried|nervous|stressed|overwhelmed|insecure|depressed|scared|on edge)\b|^I (?:cannot sleep|worry|panic|overthink)\b/i,
  ],
  [
    "neuroticism",
    2,
    /^I (?:never|rarely|hardly ever) (?:worry|panic|get (?:nervous|stressed|anxious|upset))\b|^I am (?:very |always |usually )?(?:calm|relaxed|easy-?going|laid-back|even-tempered)\b|^I stay calm\b/i,
  ],
];

export const NO_EVIDENCE: Traits = { openness: 3, conscientiousness: 3, extraversion: 3, agreeableness: 3, neuroticism: 3 };

/** The first cue of a trait counts: a message rarely argues with itself, and a rule cannot weigh. */
export function traitsOf(texts: readonly string[]): Traits {
  const traits = { ...NO_EVIDENCE };
  for (const { text } of texts.flatMap((text) => statements(text))) {
    const bare = plain(text).text;
    for (const [trait, score, cue] of CUES) if (traits[trait] === 3 && cue.test(bare)) traits[trait] = score;
  }
  return traits;
}
