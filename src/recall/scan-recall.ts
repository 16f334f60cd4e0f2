export { createRecall } from "./recall.js";
