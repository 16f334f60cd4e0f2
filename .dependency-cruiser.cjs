/**
 * The arrows of the architecture, for `npm run lint`; src/architecture.test.ts shows that each of them bites.
 *
 *   graphs, cli, server -> index -> wiring -> nodes -> domain, recall, store, upkeep, models, prompts
 */
const TESTS = "[.]test[.]ts$";
/** Every other file at the top of src/. */
const WIRING = "^src/(?!(index|errors|events|options|state)[.]ts$)[^/]+[.]ts$";
const OURS = "^(src|prompts|graphs|page|evals|bench|examples|scripts)/";

/** `part` may import, of what is ours, only itself and `allowed`. */
const part = (name, path, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path, pathNot: TESTS },
  to: { path: OURS, pathNot: [path, ...allowed] },
});

/** What every part may know: how errors, options, state and events look. */
const SHAPES = ["^src/errors[.]ts$", "^src/events[.]ts$", "^src/options[.]ts$", "^src/state[.]ts$"];
const [ERRORS] = SHAPES;

module.exports = {
  forbidden: [
    { name: "no-circles", comment: "Move what both need into a third module.", severity: "error", from: {}, to: { circular: true } },
    {
      name: "domain-is-pure",
      comment: "domain/ has no LangChain and no I/O: what it needs comes in as an argument.",
      severity: "error",
      from: { path: "^src/domain/", pathNot: TESTS },
      to: {
        dependencyTypes: ["core", "npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown"],
        pathNot: ["^crypto$", "^node:crypto$", "node_modules/luxon/", "node_modules/@types/luxon/"],
      },
    },
    part("domain-stands-alone", "^src/domain/", ["^prompts/"], "domain/ knows only itself and the schemas in prompts/."),
    part("prompts-stand-alone", "^prompts/", ["^src/domain/"], "prompts/ know only each other and the types of domain/."),
    ...["domain", "prompts"].map((name) => ({
      name: `${name}-takes-types`,
      comment: "domain/ and prompts/ know each other's types only.",
      severity: "error",
      from: { path: name === "domain" ? "^src/domain/" : "^prompts/", pathNot: TESTS },
      to: { path: name === "domain" ? "^prompts/" : "^src/domain/", dependencyTypesNot: ["type-only"] },
    })),
    part("store-arrows", "^src/store/", ["^src/domain/", ERRORS], "store/ knows domain/."),
    part("media-arrows", "^src/media/", ["^src/domain/", "^src/store/", ERRORS], "media/ knows pictures, and where they are kept."),
    part("recall-arrows", "^src/recall/", ["^src/domain/", "^src/store/", ERRORS], "recall/ knows domain/ and store/."),
    part("upkeep-arrows", "^src/upkeep/", ["^src/(domain|store|recall)/", "^prompts/", ERRORS], "upkeep/ mends and erases what is stored."),
    part("models-arrows", "^src/models/", ["^src/domain/", "^prompts/", ERRORS], "models/ know prompts/ and domain/."),
    part(
      "shapes-arrows",
      `(${SHAPES.join("|")})`,
      ["^src/domain/"],
      "Errors, options, state and events know domain/ and each other; whoever needs more is a part.",
    ),
    part(
      "nodes-arrows",
      "^src/nodes/",
      ["^src/(domain|recall|media|store|upkeep|models)/", "^prompts/", ...SHAPES],
      "nodes/ know domain, recall, media, store, upkeep, models and prompts, never the wiring.",
    ),
    part(
      "wiring-arrows",
      WIRING,
      ["^src/(nodes|domain|recall|media|store|upkeep|models)/", "^prompts/", ...SHAPES],
      "The wiring puts nodes together; it knows neither the public API nor who uses it.",
    ),
    part(
      "index-arrows",
      "^src/index[.]ts$",
      [WIRING, "^src/(domain|recall|store|upkeep|models)/", ...SHAPES],
      "The public API offers the wiring and the types that it speaks of.",
    ),
    part(
      "import-arrows",
      "^src/import/",
      ["^src/domain/", ERRORS],
      "import/ reads what others wrote; it knows how a message looks, and no memory.",
    ),
    part(
      "outside-arrows",
      "^src/(cli|server)/",
      ["^src/index[.]ts$", "^src/(cli|server|import)/"],
      "cli/ and server/ use the public API, as anybody would, and the readers of import/.",
    ),
    part(
      "testing-arrows",
      "^src/testing/",
      ["^src/(domain|store|recall)/", "^prompts/", ERRORS],
      "personagraph/testing stands in for ports and models; it does not wire.",
    ),
    part(
      "graphs-arrows",
      "^graphs/",
      ["^src/index[.]ts$", "^src/server/"],
      "What is deployed uses the public API, as anybody would, and our server parts.",
    ),
    part(
      "page-arrows",
      "^page/(?!tests/)",
      ["^src/server/api/schemas[.]ts$"],
      "The page knows the server by its HTTP API alone: of our code it takes the types of that, and nothing that runs.",
    ),
    {
      name: "page-takes-types",
      comment: "What runs in a browser is not bundled from the server's code.",
      severity: "error",
      from: { path: "^page/(?!tests/)" },
      to: { path: "^src/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "nothing-imports-graphs",
      comment: "graphs/ act when they are imported; langgraph.json alone loads them.",
      severity: "error",
      from: { pathNot: ["^graphs/", TESTS] },
      to: { path: "^graphs/" },
    },
    {
      name: "tests-are-not-imported",
      comment: "Move what is shared out of the test.",
      severity: "error",
      from: {},
      to: { path: TESTS },
    },
    {
      name: "known-parts",
      comment: "A file that belongs to no part escapes the arrows: put it into one, or name the new part here and in its rules.",
      severity: "error",
      from: {},
      to: {
        path: "^src/",
        pathNot: ["^src/(domain|nodes|recall|media|store|upkeep|models|import|server|cli|testing)/", "^src/index[.]ts$", WIRING, ...SHAPES],
      },
    },
    {
      name: "declared-dependencies",
      comment: "What is published imports dependencies and peers of package.json only.",
      severity: "error",
      from: { path: "^(src|prompts)/", pathNot: TESTS },
      to: {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
        dependencyTypesNot: ["npm", "npm-peer", "npm-optional", "type-only"],
      },
    },
    { name: "resolvable", comment: "The file or package is not there.", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    moduleSystems: ["es6", "cjs"],
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
      mainFields: ["module", "main", "types"],
    },
    exclude: { path: ["^examples/[^/]+/", "^dist/", "^coverage/", "/[.]langgraph_api/"] },
    skipAnalysisNotInRules: true,
  },
};
