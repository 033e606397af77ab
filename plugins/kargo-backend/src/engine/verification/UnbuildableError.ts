/** A verification cannot begin as its manifests are; trying again comes to the same. */
export class UnbuildableError extends Error {
  readonly name = 'UnbuildableError';
}

/** Runs what fails for what manifests say alone. @throws UnbuildableError */
export function explaining<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UnbuildableError((error as Error).message, { cause: error });
  }
}
