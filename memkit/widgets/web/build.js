// No part of the bundle: makes it of the other modules. node memkit/widgets/web/build.js [where to]
// esbuild minifies scripts; style sheets, which the bundle holds as text, it would leave as they are.

import { readFile } from "node:fs/promises";
import { build, transform } from "esbuild";

const WEB = "memkit/widgets/web"; // npm runs scripts in the folder of package.json

const sheets = {
  name: "sheets",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

await build({
  entryPoints: [`${WEB}/index.js`],
  bundle: true,
  minify: true,
  format: "esm",
  logLevel: "warning",
  plugins: [sheets],
  outfile: process.argv[2] ?? `${WEB}/bundle.js`,
});
