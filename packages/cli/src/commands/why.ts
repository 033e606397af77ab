import {
  Explanation,
  KargoClient,
  ToldReason,
} from 'backstage-plugin-kargo-common';
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
      const explanation = await ask(client, project, name, options);
      print(context, await withLabels(client, project, explanation));
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

/** An explanation that calls Freight as people do, by its alias and the first digits of its name. */
async function withLabels(
  client: KargoClient,
  project: string,
  explanation: Explanation,
): Promise<Explanation> {
  const names = [...new Set(explanation.reasons.flatMap(namesOfFreight))];
  const labels = await Promise.all(
    names.map(name => labelOf(client, project, name)),
  );
  return {
    ...explanation,
    reasons: explanation.reasons.map(reason => ({
      ...reason,
      message: names.reduce(
        (message, name, index) =>
          message.replaceAll(`'${name}'`, `'${labels[index]}'`),
        reason.message,
      ),
    })),
  };
}

/** Parameters of reasons that are names of Freight. */
const FREIGHT_PARAMS = ['freight', 'holder', 'newer'];

function namesOfFreight(reason: ToldReason): string[] {
  return Object.entries(reason).flatMap(([param, value]) =>
    FREIGHT_PARAMS.includes(param) && typeof value === 'string' ? [value] : [],
  );
}

async function labelOf(
  client: KargoClient,
  project: string,
  freight: string,
): Promise<string> {
  const short = freight.slice(0, 7);
  try {
    const { alias } = await client.getFreight({ project, freight });
    return alias ? `${alias} (${short})` : short;
  } catch {
    // It may be gone, which the reason itself says; nobody waits for its alias.
    return short;
  }
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
