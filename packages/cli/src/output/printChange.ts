import { CliContext } from '../CliContext';
import { readOutputFormat } from './OutputFormat';
import { NamedResource, resourceName } from './resourceName';

/** What was done to a resource. */
export type ChangeVerb =
  | 'created'
  | 'configured'
  | 'updated'
  | 'deleted'
  | 'skipped'
  | 'promotion created';

/** Prints what was done to a resource: one line, or the resource if `-o` names a format. Without a verb the line is its name. */
export async function printChange(
  context: CliContext,
  resource: NamedResource,
  verb: ChangeVerb | undefined,
  output?: string,
): Promise<void> {
  if (output === undefined) {
    const words = [resourceName(resource), ...(verb ? [verb] : [])];
    context.writeOut(`${words.join(' ')}\n`);
    return;
  }
  const format = await readOutputFormat(output, context);
  context.writeOut(format(resource));
}
