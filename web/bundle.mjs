// Makes one folder of what browsers load: scripts and styles with names that change with their
// content, the same packed, a manifest that says which page needs which, and the licences of the
// packages that are in them.
//
//   node bundle.mjs FOLDER

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const PAGES = ["editor"];
const ALLOWED = new Set([
  "MIT",
  "Apache-2.0",
  "BSD-3-Clause",
  "CC0-1.0",
  "(CC-BY-4.0 AND MIT)",
  "(MPL-2.0 OR Apache-2.0)",
]);
const SEPARATOR = `\n\n${"=".repeat(78)}\n\n`;

const MIT = readFileSync("MIT.txt", "utf8").trim();

const folder = process.argv[2];
const { metafile } = await build({
  entryPoints: PAGES.map((page) => `src/${page}.ts`),
  outdir: folder,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".svg": "dataurl", ".png": "dataurl" },
  format: "esm",
  target: "es2020",
  bundle: true,
  minify: true,
  metafile: true,
  logLevel: "warning",
});

const pages = {};
for (const [path, output] of Object.entries(metafile.outputs)) {
  if (!output.entryPoint) continue;
  pages[basename(output.entryPoint, ".ts")] = {
    script: basename(path),
    style: output.cssBundle ? basename(output.cssBundle) : null,
  };
}
for (const name of readdirSync(folder)) {
  const path = join(folder, name);
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
}
writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(pages, null, 2)}\n`);
writeFileSync(join(folder, "licences.txt"), licences());

// All packages that may be in a script, whether or not a line of theirs was kept.
function licences() {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const texts = Object.entries(lock.packages)
    .filter(([place, entry]) => place && !entry.dev)
    .map(([place]) => licence(place));
  return [
    "The scripts and styles of the pages contain code from these packages, under their licences.",
    ...texts,
  ].join(SEPARATOR);
}

function licence(place) {
  const told = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  const file = readdirSync(place).find((name) => /^(licen[cs]e|copying)/i.test(name));
  const text = file && readFileSync(join(place, file), "utf8").trim();
  const kind = told.license ?? (text?.includes(MIT.slice(0, 60)) ? "MIT" : "not stated");
  if (!ALLOWED.has(kind)) throw new Error(`${told.name}: its licence is ${kind}`);
  const people = [told.author, ...(told.contributors ?? [])].filter(Boolean);
  const by = people.map((person) => person.name ?? person).join(", ");
  const without = `Copyright: ${by || "not named"}${kind === "MIT" ? `\n\n${MIT}` : ""}`;
  return `${told.name} ${told.version}: ${kind}\n\n${text ?? without}`;
}
