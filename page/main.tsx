import { render } from "preact";
import { App } from "./app.js";
import { applyTheme, theme } from "./theme.js";

applyTheme(theme());
render(<App />, document.body);
