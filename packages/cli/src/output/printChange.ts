import { CliContext } from '../CliContext';
import { readOutputFormat } from './OutputFormat';
import { NamedResource, resourceName } from './resourceName';

/** What was done to a resource. */
export type ChangeVerb =
  | 'created'
  | 'configured'
  | 'updated'
  | 'deleted'
  | 'promotion created';

/** Prints what was done to a resource: one line, or the resource if `-o` names a format. */
export async function printChange(
  context: CliContext,
  resource: NamedResource,
  verb: ChangeVerb,
  output?: string,
): Promise<void> {
  if (output === undefined) {
    context.writeOut(`${resourceName(resource)} ${verb}\n`);
    return;
  }
  const format = await readOutputFormat(output, context);
  context.writeOut(format(resource));
}
