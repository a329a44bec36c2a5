/** The consumer's TypeScript projects, opened from their tsconfig. */
import { dirname, resolve } from "node:path";
import { Project, ts } from "ts-morph";
import { type Diagnostic, InputError, locate, printable } from "../../errors.ts";

function toFinding(shown: string, diagnostic: ts.Diagnostic): Diagnostic {
  const { file, start, length } = diagnostic;
  const message = printable(ts.flattenDiagnosticMessageText(diagnostic.messageText, " "));
  const place =
    file !== undefined && start !== undefined && file.text !== ""
      ? locate(file.fileName, file.text, start, length)
      : { file: shown, line: 1, column: 1 };
  return { ...place, code: "D302", severity: "error", message, fix: "correct the tsconfig, or name another --project" };
}

/** 18003: no inputs were found; said better below. */
const noInputs = 18003;

function parse(file: string): ts.ParsedCommandLine {
  const problems: ts.Diagnostic[] = [];
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => problems.push(diagnostic),
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(file, { noEmit: true, incremental: false }, host);
  // Text that is no JSON is taken as far as it goes, without a word.
  const broken = parsed === undefined ? [] : (ts.readConfigFile(file, ts.sys.readFile).error ?? []);
  const errors = [...problems, ...[broken].flat(), ...(parsed?.errors ?? [])].filter(
    ({ category, code }) => category === ts.DiagnosticCategory.Error && code !== noInputs,
  );
  if (parsed === undefined || errors.length > 0) throw new InputError(errors.map((error) => toFinding(file, error)));
  return parsed;
}

/** The project of a tsconfig; of one that only refers to others, theirs. Throws `InputError` with located findings. */
export function openPrograms(tsconfig: string): readonly ts.Program[] {
  const seen = new Set<string>();
  const open = (file: string): ts.Program[] => {
    if (seen.has(file)) return [];
    seen.add(file);
    const { fileNames, options, projectReferences = [] } = parse(file);
    const others = projectReferences.map((reference) =>
      resolve(dirname(file), ts.resolveProjectReferencePath(reference)),
    );
    if (fileNames.length === 0) {
      if (others.length > 0) return others.flatMap(open);
      const message = "this project has no files, so that no usage can be found";
      const fix = "correct `files` and `include`, or name another --project";
      throw new InputError([{ file, line: 1, column: 1, code: "D302", severity: "error", message, fix }]);
    }
    // ts-morph carries a compiler with its library files: a consumer on TypeScript 7 has none that can be asked.
    const project = new Project({ compilerOptions: options, skipFileDependencyResolution: true });
    for (const name of fileNames) project.addSourceFileAtPath(name);
    return [project.getProgram().compilerObject];
  };
  return open(resolve(tsconfig));
}
