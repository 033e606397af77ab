import {
  ANNOTATIONS,
  KargoClient,
  ObjectSnapshot,
  Resource,
} from 'backstage-plugin-kargo-common';
import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { Waiting, waitUntil } from '../connection/waitUntil';
import { withConnection, withProject } from './options';

interface RefreshOptions extends ProjectOption, ConnectionOptions {
  wait?: boolean;
}

/** A resource that says which request to look again it has handled. */
type Refreshable = Resource & { status?: { lastHandledRefresh?: string } };

interface Refresh {
  /** `Stage 'shop/test'`, for the line that is printed. */
  title: string;
  ask(): Promise<unknown>;
  load(): Promise<ObjectSnapshot<Refreshable>>;
  changes?: Waiting<Refreshable>['changes'];
}

/** `kargo refresh stage | warehouse | projectconfig | clusterconfig` */
export function addRefresh(program: Command, context: CliContext): void {
  const refresh = program
    .command('refresh')
    .description('Ask Kargo to look at a resource again now');
  withWait(withProject(refresh.command('stage <name>')))
    .description('Look at a Stage again')
    .action(async (name: string, options: RefreshOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      await perform(context, stageRefresh(client, project, name), options);
    });
  withWait(withProject(refresh.command('warehouse <name>')))
    .description('Look for new artifacts of a Warehouse')
    .action(async (name: string, options: RefreshOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      await perform(context, warehouseRefresh(client, project, name), options);
    });
  withWait(withProject(refresh.command('projectconfig')))
    .description('Look at the configuration of a project again')
    .action(async (options: RefreshOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      const request: Refresh = {
        title: `ProjectConfig '${project}'`,
        ask: () => client.refreshProjectConfig({ project }),
        load: () => client.read('getProjectConfig', { project }),
      };
      await perform(context, request, options);
    });
  withWait(withConnection(refresh.command('clusterconfig')))
    .description('Look at the configuration of the installation again')
    .action(async (options: RefreshOptions) => {
      const client = await connect(context, options);
      const request: Refresh = {
        title: 'ClusterConfig',
        ask: () => client.refreshClusterConfig(),
        load: () => client.read('getClusterConfig', {}),
      };
      await perform(context, request, options);
    });
}

function withWait(command: Command): Command {
  return command.option('--wait', 'wait until Kargo has looked');
}

function stageRefresh(
  client: KargoClient,
  project: string,
  name: string,
): Refresh {
  return {
    title: `Stage '${project}/${name}'`,
    ask: () => client.refreshStage({ project, stage: name }),
    load: () => client.read('getStage', { project, stage: name }),
    changes: (resourceVersion, options) =>
      client.watch({ project, kind: 'stages', name, resourceVersion }, options),
  };
}

function warehouseRefresh(
  client: KargoClient,
  project: string,
  name: string,
): Refresh {
  return {
    title: `Warehouse '${project}/${name}'`,
    ask: () => client.refreshWarehouse({ project, name }),
    load: () => client.read('getWarehouse', { project, name }),
    changes: (resourceVersion, options) =>
      client.watch(
        { project, kind: 'warehouses', name, resourceVersion },
        options,
      ),
  };
}

async function perform(
  context: CliContext,
  { title, ask, load, changes }: Refresh,
  { wait }: RefreshOptions,
): Promise<void> {
  await ask();
  if (wait) {
    const token = requestOf((await load()).object);
    await waitUntil(context, {
      load,
      changes,
      // Requests are timestamps: a later one that was handled includes ours.
      isDone: ({ status }) => (status?.lastHandledRefresh ?? '') >= token,
    });
  }
  context.writeOut(`${title} refreshed\n`);
}

function requestOf({ metadata }: Resource): string {
  return metadata.annotations?.[ANNOTATIONS.refresh] ?? '';
}
