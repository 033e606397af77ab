/** What a step is called that nobody gave a name, also in a task. */
const NUMBERED = /(^|::)step-\d+$/;

/**
 * What people call a step of a Promotion: the name it was given, also in a task, else what it
 * does. Pure.
 *
 * @public
 */
export function stepTitle(step: { alias: string; uses: string }): string {
  const { alias, uses } = step;
  return NUMBERED.test(alias) && uses
    ? uses
    : alias.slice(alias.lastIndexOf(':') + 1);
}
