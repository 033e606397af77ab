import { Freight, KargoClient } from 'backstage-plugin-kargo-common';
import { CliError } from '../CliError';

/** `--freight` and `--freight-alias` */
export interface FreightOptions {
  readonly freight?: string;
  readonly freightAlias?: string;
}

/**
 * The name of the Freight that exactly one of the two options chooses.
 *
 * @throws CliError when not exactly one is there, or no Freight has the alias.
 */
export async function requireFreight(
  client: KargoClient,
  project: string,
  { freight, freightAlias }: FreightOptions,
): Promise<string> {
  if ((freight === undefined) === (freightAlias === undefined)) {
    throw new CliError('use exactly one of --freight and --freight-alias');
  }
  return freight ?? nameOf(await freightByAlias(client, project, freightAlias));
}

/**
 * Freight by its alias, never by a name that is spelled like it.
 *
 * @throws CliError when none has it.
 */
export async function freightByAlias(
  client: KargoClient,
  project: string,
  alias: string | undefined,
): Promise<Freight> {
  const found = await client.getFreight({ project, freight: alias ?? '' });
  if (found.alias !== alias) {
    throw new CliError(
      `no Freight of project '${project}' has alias '${alias}'`,
    );
  }
  return found;
}

function nameOf(freight: Freight): string {
  return freight.metadata.name;
}
