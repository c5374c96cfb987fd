import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = import.meta.dirname;

/** Every stylesheet, entry and island is found by its place, so that adding one needs no list. */
function files(folder: string, ending: string): string[] {
  if (!existsSync(join(here, folder))) return [];
  return readdirSync(join(here, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);
}

function islands(): string[] {
  return files("islands", "")
    .map((folder) => `${folder}/index.ts`)
    .filter((path) => existsSync(join(here, path)));
}

/** The letters that the server draws menus and papers with (docs/decisions/0057, 0046), with their licence. */
const letters: Plugin = {
  name: "letters",
  generateBundle() {
    const folder = join(here, "node_modules/@expo-google-fonts/biz-udpgothic");
    const faces = ["400Regular/BIZUDPGothic_400Regular.ttf", "700Bold/BIZUDPGothic_700Bold.ttf"];
    for (const path of [...faces, "LICENSE_FONT"]) {
      const fileName = `fonts/${path.split("/").at(-1)}`;
      this.emitFile({ type: "asset", fileName, source: readFileSync(join(folder, path)) });
    }
  },
};

export default defineConfig({
  root: here,
  plugins: [letters],
  base: "/static/",
  publicDir: false,
  build: {
    outDir: "dist",
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    // A file inlined as data: would not pass the Content-Security-Policy.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: [...files("styles", ".css"), ...files("entries", ".ts"), ...islands()],
    },
  },
  test: { environment: "happy-dom", include: ["islands/**/*.test.ts"] },
});
