import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { ManifestOptions, sendManifests } from '../manifests/sendManifests';
import { withManifests, withOutput } from './options';

/** `kargo apply -f …` */
export function addApply(program: Command, context: CliContext): void {
  withOutput(withManifests(program.command('apply')))
    .description('Create resources, or replace those that exist')
    .action((options: ManifestOptions) =>
      sendManifests(context, options, {
        projects: 'first',
        send: (client, objects) =>
          client.updateResources({ upsert: true, body: objects }),
      }),
    );
}
