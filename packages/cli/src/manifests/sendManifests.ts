import {
  CLUSTER_KINDS,
  JsonObject,
  KargoClient,
  ResourceResult,
  ResourceResults,
} from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { CliError, joinErrors } from '../CliError';
import { ConnectionOptions, connect } from '../connection/connect';
import { ChangeVerb, printChange } from '../output/printChange';
import { resourceName } from '../output/resourceName';
import { loadManifests, Manifest } from './loadManifests';

/** Options of the commands that take manifests. */
export interface ManifestOptions extends ConnectionOptions {
  readonly filename?: string[];
  readonly recursive?: boolean;
  readonly output?: string;
}

/** How manifests are sent. */
export interface SendManifests {
  /** Where Projects stand: the server answers them first, or last when it deletes. */
  projects: 'first' | 'last';
  /** The answer has one result for each, in that order. */
  send(client: KargoClient, objects: JsonObject[]): Promise<ResourceResults>;
}

/**
 * Reads manifests, sends them, and tells what became of each.
 *
 * @throws CliError with every failure, after what worked was printed.
 */
export async function sendManifests(
  context: CliContext,
  options: ManifestOptions,
  { projects, send }: SendManifests,
): Promise<void> {
  if (!options.filename) {
    throw new CliError('manifests are required: use --filename');
  }
  const client = await connect(context, options);
  const loaded = await loadManifests(context, options.filename, options);
  const manifests = inOrder(loaded, projects);
  const { results } = await send(
    client,
    manifests.map(({ object }) => object),
  );
  await reportResults(context, manifests, results, options.output);
}

function inOrder(
  manifests: Manifest[],
  projects: SendManifests['projects'],
): Manifest[] {
  const isProject = ({ object }: Manifest) => object.kind === 'Project';
  const parts = [
    manifests.filter(isProject),
    manifests.filter(manifest => !isProject(manifest)),
  ];
  return (projects === 'first' ? parts : parts.reverse()).flat();
}

async function reportResults(
  context: CliContext,
  manifests: readonly Manifest[],
  results: readonly ResourceResult[],
  output: string | undefined,
): Promise<void> {
  const errors: string[] = [];
  for (const [index, { source, object }] of manifests.entries()) {
    const result = results[index] ?? { error: 'the server did not answer' };
    const change = changeOf(result);
    if (change) {
      const verb = isOfCluster(object) ? 'skipped' : change.verb;
      await printChange(context, change.resource, verb, output);
    } else {
      errors.push(`${source}: ${resourceName(object)}: ${result.error}`);
    }
  }
  if (errors.length > 0) {
    throw joinErrors(errors);
  }
}

/** Whether a manifest is of a kind that the server passes over with a warning. */
function isOfCluster({ apiVersion, kind }: JsonObject): boolean {
  return (CLUSTER_KINDS as readonly string[]).includes(`${apiVersion}/${kind}`);
}

function changeOf(
  result: ResourceResult,
): { resource: JsonObject; verb: ChangeVerb } | undefined {
  if (result.createdResourceManifest) {
    return { resource: result.createdResourceManifest, verb: 'created' };
  }
  if (result.updatedResourceManifest) {
    return { resource: result.updatedResourceManifest, verb: 'configured' };
  }
  if (result.deletedResourceManifest) {
    return { resource: result.deletedResourceManifest, verb: 'deleted' };
  }
  return undefined;
}
