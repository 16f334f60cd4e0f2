export { KeylessModel, type KeylessCallOptions } from "./keyless-model.js";
