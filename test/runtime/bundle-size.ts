/** What clients weigh: small programs, bundled and minified as their users would, and the bytes of each source in them. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface BundleSize {
  readonly minified: number;
  /** Level 9. */
  readonly gzip: number;
  /** Minified bytes by source file, relative to the repository; the largest first. */
  readonly files: readonly (readonly [file: string, bytes: number])[];
}

/** Bundles a program whose imports lead from `folder`. */
export async function bundleSize(program: string, folder: string = root): Promise<BundleSize> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: folder, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@couplet/source"],
    absWorkingDir: root,
    logLevel: "error",
    legalComments: "none",
  });
  const { contents } = outputFiles[0]!;
  const { inputs } = Object.values(metafile.outputs)[0]!;
  const files = Object.entries(inputs).map(([file, { bytesInOutput }]) => [file, bytesInOutput] as const);
  return {
    minified: contents.length,
    gzip: gzipSync(contents, { level: 9 }).length,
    files: files.toSorted(([, one], [, other]) => other - one),
  };
}
