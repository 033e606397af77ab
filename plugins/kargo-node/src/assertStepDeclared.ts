import { AnyStep, FOLDER_CAPABILITIES } from './contracts/step';

const USES = ['none', 'reads', 'writes'];

/**
 * Refuses a step that can reach the Promotion's folder and does not say what it does there.
 *
 * @remarks
 * The types ask the same of those who write TypeScript. Steps are checked when they are
 * added to the portal, and when a test runs them.
 *
 * @throws Error that names the step and what to add
 * @public
 */
export function assertStepDeclared({
  id,
  needs = [],
  workspace,
}: Pick<AnyStep, 'id' | 'needs' | 'workspace'>): void {
  const reaching = FOLDER_CAPABILITIES.filter(name => needs.includes(name));
  const isSilent = workspace === undefined && reaching.length === 0;
  if (!isSilent && !USES.includes(workspace as string)) {
    const why =
      workspace === undefined
        ? `needs ${reaching.join(' and ')} and does not say what it does`
        : `says '${workspace}' of what it does`;
    throw new Error(
      `The promotion step '${id}' ${why} with the Promotion's folder: declare workspace as 'writes' (it is repeated when the folder is lost), 'reads' or 'none' (it is not)`,
    );
  }
}
