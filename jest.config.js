/** ESM TypeScript through swc; see CONTRIBUTING.md. Run with NODE_OPTIONS=--experimental-vm-modules (npm test sets it). */
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/src", "<rootDir>/prompts", "<rootDir>/graphs", "<rootDir>/evals", "<rootDir>/bench", "<rootDir>/scripts"],
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: {
    "^personagraph$": "<rootDir>/src/index.ts",
    "^personagraph/testing$": "<rootDir>/src/testing/index.ts",
    "^(\\.{1,2}/.*)\\.js$": "$1",
  },
  transform: {
    "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" } }],
  },
  reporters: ["default", "<rootDir>/scripts/jest-tally.js"],
  testTimeout: 60000,
};
