/** The public API. A new export here is a decision. */
export { createPersonaAgent, type PersonaAgentOptions } from "./persona-agent.js";
export {
  createMemoryGraph,
  PersonaAnnotation,
  personaPrompt,
  PersonaValue,
  recalledImages,
  recallNode,
  recordNode,
  type MemoryGraphOptions,
  type PersonaHostState,
  type PersonaPromptOptions,
} from "./graph-nodes.js";
export { forgetMemoryTool, saveMemoryTool, searchMemoryTool } from "./tools.js";
export { PersonaMemory } from "./persona-memory.js";
export type { Check, CheckOptions } from "./health.js";
export { OptionsSchema, type PersonaOptions } from "./options.js";
export {
  ContextSchema,
  type ModelCall,
  type Persona,
  type PersonaContext,
  type PersonaTurn,
  type Recalled,
  type Search,
  type Written,
} from "./state.js";
export { isPersonaEvent, type PersonaEvent } from "./events.js";
export { PersonaError } from "./errors.js";
export { userNamespace } from "./store/namespace.js";
export { SqliteStore } from "./store/sqlite-store.js";
export { FolderMediaStore } from "./store/folder-media-store.js";
export { S3MediaStore, type S3MediaStoreOptions } from "./store/s3-media-store.js";
export { TransformersImageEmbeddings } from "./models/transformers-image-embeddings.js";
export type { ImageEmbeddings, MediaStore } from "./domain/image-ports.js";
export type { MessageImage, Region, SeenImage } from "./domain/image.js";
export type { ImageInput, IncomingMessage, MessageRecord, MessageRole } from "./domain/message.js";
export type { EpisodeRecord } from "./domain/episode.js";
export type { FactRecord } from "./domain/fact.js";
export type { ProcedureRecord } from "./domain/procedure.js";
export type { Personality, Trait, TraitScores } from "./domain/personality.js";
export type { Profile } from "./domain/profile.js";
export type { MemoryId, MemoryKind, MemoryRecord } from "./domain/record.js";
export type { RecallHit, RecallRequest, RecallResult, ScoreParts, TimeWindow } from "./domain/recall.js";
export type { IndexContext, IndexFactory, MemoryIndex } from "./recall/index-port.js";
export type { Clock } from "./domain/time.js";
