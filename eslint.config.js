import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const TESTS = ["**/*.test.ts", "src/testing/**"];
/** Tools ask for a default export here. */
const CONFIG_FILES = ["*.config.js", "*.config.ts", "scripts/jest-tally.js"];

const noDefaultExport = { selector: "ExportDefaultDeclaration", message: "Export it by name; only config files export a default." };
const noExportAll = { selector: "ExportAllDeclaration", message: "Name what is exported: a new export is a decision." };
const REPLACE = "CallExpression[callee.property.name=/^replace(All)?$/]";
const noTextReplacement = {
  // A name may be that of a function, unless what it replaces is a placeholder.
  selector: `${REPLACE} > :matches(MemberExpression, CallExpression).arguments:nth-child(2), ${REPLACE}[arguments.0.value=/./] > Identifier.arguments:nth-child(2)`,
  message: 'A replacement text is a pattern ("$&" means the match): pass a function, `() => text`.',
};

export default defineConfig(
  globalIgnores(["dist/", "coverage/", "**/.langgraph_api/", "**/.personagraph/"]),
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true }],
      // `count || 10` loses a zero; `text || "none"` may be meant.
      "@typescript-eslint/prefer-nullish-coalescing": ["error", { ignorePrimitives: { string: true, boolean: true } }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A contract may be asynchronous where one implementation of it is not.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    rules: {
      eqeqeq: "error",
      "no-restricted-syntax": ["error", noDefaultExport, noExportAll],
      // Text analysis names the ranges of control characters that it means.
      "no-control-regex": "off",
    },
  },
  // Where what people wrote meets a text of ours.
  {
    files: ["prompts/**", "src/nodes/**", "src/domain/**"],
    rules: { "no-restricted-syntax": ["error", noDefaultExport, noExportAll, noTextReplacement] },
  },
  { files: CONFIG_FILES, rules: { "no-restricted-syntax": ["error", noExportAll] } },
  { files: ["src/**", "page/**"], ignores: ["src/cli/**", ...TESTS], rules: { "no-console": "error" } },
  {
    files: TESTS,
    rules: {
      // Tests look into loosely typed results; what they find is checked by the expectation itself.
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    files: ["**/*.js", "**/*.cjs"],
    languageOptions: {
      globals: Object.fromEntries(
        ["Buffer", "URL", "console", "module", "performance", "process", "setTimeout"].map((name) => [name, "readonly"]),
      ),
    },
  },
);
