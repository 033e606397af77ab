/** Where a field is, as `problemAt` takes it. */
export type Path = Array<string | number>;

/** Collects problems of one manifest. */
export type Report = (path: Path, expected: string) => void;

/** Reports what cannot be parsed, with what its parser says. */
export function attempt(
  parse: () => unknown,
  path: Path,
  expected: string,
  report: Report,
): void {
  try {
    parse();
  } catch (error) {
    report(path, `${expected} (${(error as Error).message})`);
  }
}

/** Whether a text was among those before, of which it is one from now on. */
export function isRepeated(text: string, before: Set<string>): boolean {
  const isKnown = before.has(text);
  before.add(text);
  return isKnown;
}
