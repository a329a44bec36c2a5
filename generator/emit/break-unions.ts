const width = 120;
const longLine = new RegExp(`^.{${width + 1},}$`, "gm");
// A string whole, or one character.
const token = /"(?:[^"\\]|\\.)*"|[^"]/g;
const comment = /^ *\/?\*/;
// Up to the type: of an alias, of a property or of an index signature.
const beforeType =
  /^ *(?:export type [\w$]+ = |(?:readonly )?(?:[\w$]+|"(?:[^"\\]|\\.)*"|\[[\w$]+: [\w$]+\])\??: )(?=[^ ])/;

/** The members of the outermost union; one when it is none, or when the brackets do not match. */
function membersOf(type: string): string[] {
  const members = [""];
  let depth = 0;
  for (const [text] of type.matchAll(token)) {
    if ("([{<".includes(text)) depth++;
    else if (")]}>".includes(text)) depth--;
    if (depth < 0) return [type];
    if (text === "|" && depth === 0) members.push("");
    else members[members.length - 1] += text;
  }
  return members.map((member) => member.trim());
}

/** The type with its unions over several lines, where it is longer than the line has room. */
function broken(type: string, indent: string, used: number): string {
  if (used + type.length <= width) return type;
  const inner = `${indent}  `;
  const members = membersOf(type);
  if (members.length > 1)
    return members.map((member) => `\n${inner}| ${broken(member, inner, inner.length + 2)}`).join("");
  // `(A | B)[]` is broken inside its brackets.
  const [, inside, rest] = /^\((.*)\)((?:\[\])*;?)$/.exec(type) ?? [];
  if (inside === undefined) return type;
  const laid = broken(inside, indent, width);
  return laid === inside ? type : `(${laid}\n${indent})${rest}`;
}

/** Unions on lines that are too long, one member a line. Only white space and bars before first members are added. */
export function breakUnions(text: string): string {
  return text.replace(longLine, (line) => {
    const head = comment.test(line) ? undefined : beforeType.exec(line)?.[0];
    if (head === undefined) return line;
    const laid = broken(line.slice(head.length), " ".repeat(line.search(/\S/)), head.length);
    return (laid.startsWith("\n") ? head.trimEnd() : head) + laid;
  });
}
