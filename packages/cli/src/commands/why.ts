import { Explanation, KargoClient } from 'backstage-plugin-kargo-common';
import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { withProject } from './options';

interface WhyOptions extends ProjectOption, ConnectionOptions {
  freight?: string;
}

type Ask = (
  client: KargoClient,
  project: string,
  name: string,
  options: WhyOptions,
) => Promise<Explanation>;

/** `kargo why stage | promotion | warehouse` */
export function addWhy(program: Command, context: CliContext): void {
  const why = program
    .command('why')
    .description('Tell why something waits, or what it is doing');
  const add = (command: Command, ask: Ask) =>
    withProject(command).action(async (name: string, options: WhyOptions) => {
      const project = await requireProject(context, options);
      const client = await connect(context, options);
      print(context, await ask(client, project, name, options));
    });
  add(
    why
      .command('stage <name>')
      .description('Tell why a Stage does not hold the newest Freight')
      .option('--freight <name>', 'about this Freight, by name or alias'),
    (client, project, name, { freight }) =>
      freight
        ? client.explainFreight({ project, stage: name, freight })
        : client.explainStage({ project, stage: name }),
  );
  add(
    why
      .command('promotion <name>')
      .description('Tell what a Promotion waits for'),
    (client, project, name) =>
      client.explainPromotion({ project, promotion: name }),
  );
  add(
    why
      .command('warehouse <name>')
      .description('Tell why a Warehouse makes no Freight'),
    (client, project, name) =>
      client.explainWarehouse({ project, warehouse: name }),
  );
}

function print(
  context: CliContext,
  { reasons, lookAgainAt }: Explanation,
): void {
  for (const { tone, message } of reasons) {
    context.writeOut(`${tone === 'problem' ? 'Problem: ' : ''}${message}\n`);
  }
  if (reasons.length === 0) {
    context.writeOut('It waits for nothing\n');
  }
  if (lookAgainAt) {
    context.writeOut(`Kargo looks again at ${lookAgainAt}\n`);
  }
}
