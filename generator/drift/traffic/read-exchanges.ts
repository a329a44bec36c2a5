/** Recordings read piece by piece: of a large file no more than one exchange is in memory. */
import { createReadStream } from "node:fs";
import { commandLine, InputError, printable } from "../../errors.ts";
import { type Exchange, toExchange } from "./exchange.ts";

/** One exchange in a recording. */
const mostCharacters = 64 * 1024 * 1024;

export interface Recorded {
  /** Absent for an entry that tells of no exchange. */
  readonly exchange: Exchange | undefined;
  /** Of the file, at which it begins. */
  readonly line: number;
}

/**
 * The exchanges of a HAR log, or of text with one JSON object a line.
 * @throws InputError with the place when the file cannot be read, or is neither.
 */
export async function* readExchanges(file: string, shown: string): AsyncGenerator<Recorded> {
  for await (const { text, line } of jsonObjects(file, shown)) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw refuse(shown, line, "this is not JSON", "give a HAR 1.2 file, or one exchange a line");
    }
    yield { exchange: toExchange(value), line };
  }
}

function refuse(file: string, line: number, message: string, fix: string): InputError {
  return new InputError([
    { file: printable(file) || commandLine, line, column: 1, code: "C009", severity: "error", message, fix },
  ]);
}

/** The objects of `log.entries`, or those of the top level. */
async function* jsonObjects(file: string, shown: string): AsyncGenerator<{ text: string; line: number }> {
  let depth = 0;
  let [line, startLine] = [1, 1];
  let [inString, escaped] = [false, false];
  /** Depth of the objects that are asked for: 1 where each line is one, 3 below `log.entries`. */
  let wanted: number | undefined;
  let [word, lastWord] = ["", ""];
  let parts: string[] | undefined;
  let length = 0;
  const path: string[] = [];
  const stream = createReadStream(file, { encoding: "utf8" });
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      let from = 0;
      for (let at = 0; at < chunk.length; at++) {
        const code = chunk.charCodeAt(at);
        if (code === 10) line++;
        if (inString) {
          if (escaped) escaped = false;
          else if (code === 92) escaped = true;
          else if (code === 34) {
            inString = false;
            lastWord = word;
          } else if (word.length < 16) word += chunk[at];
          continue;
        }
        if (code === 34) [inString, word] = [true, ""];
        else if (code === 123 || code === 91) {
          path[depth++] = lastWord;
          // A HAR begins with an object whose first key is `log`.
          if (depth === 2 && wanted === undefined && code === 123 && lastWord === "log") {
            wanted = 4;
            parts = undefined;
          }
          const isEntry = wanted === 4 && depth === 4 && path[2] === "entries" && code === 123;
          if ((depth === 1 && wanted !== 4) || isEntry) [parts, from, startLine, length] = [[], at, line, 0];
          lastWord = "";
        } else if (code === 125 || code === 93) {
          depth--;
          if (depth < 0) throw refuse(shown, line, "a bracket closes what is not open", "repair the file");
          if (parts !== undefined && depth === (wanted ?? 1) - 1) {
            parts.push(chunk.slice(from, at + 1));
            yield { text: parts.join(""), line: startLine };
            parts = undefined;
            if (depth === 0) wanted ??= 1;
          }
        }
      }
      if (parts !== undefined) {
        parts.push(chunk.slice(from));
        length += chunk.length - from;
        if (length > mostCharacters)
          throw refuse(shown, startLine, "an exchange of more than 64 Mi characters", "record without bodies");
      }
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw refuse(shown, 1, `the recording cannot be read: ${code}`, "check the path and the permissions of the file");
  } finally {
    stream.destroy();
  }
  if (depth > 0) throw refuse(shown, line, "the file ends in the middle", "record it again");
}
