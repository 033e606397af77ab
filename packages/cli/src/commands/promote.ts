import { KargoClient, Promotion } from 'backstage-plugin-kargo-common';
import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError, joinErrors } from '../CliError';
import { connect, ConnectionOptions } from '../connection/connect';
import { ProjectOption, requireProject } from '../connection/requireProject';
import { printChange } from '../output/printChange';
import { printDryRun } from '../output/printDryRun';
import { withConnection, withOutput, withProject } from './options';
import { describeEnd, waitForPromotions } from './waitForPromotions';

interface PromoteOptions extends ProjectOption, ConnectionOptions {
  freight?: string;
  freightAlias?: string;
  warehouse?: string;
  stage?: string;
  downstreamFrom?: string;
  name?: string;
  abort?: boolean;
  wait?: boolean;
  dryRun?: boolean;
  output?: string;
}

/** `kargo promote` */
export function addPromote(program: Command, context: CliContext): void {
  withOutput(withProject(program.command('promote')))
    .description('Promote Freight to a Stage, or abort a Promotion')
    .option('--freight <name>', 'the Freight, by its name')
    .option('--freight-alias <alias>', 'the Freight, by its alias')
    .option(
      '--warehouse <name>',
      'whatever automation would choose of this Warehouse now; lifts a hold',
    )
    .option('--stage <stage>', 'the Stage to promote to')
    .option(
      '--downstream-from <stage>',
      'promote to every Stage that takes Freight from this one',
    )
    .option('--wait', 'wait until the Promotions have ended')
    .option(
      '--dry-run',
      'do not promote to the Stage, but tell what that would change in git',
    )
    .option('--name <promotion>', 'the Promotion to abort')
    .option('--abort', 'abort the Promotion that --name says')
    .action((options: PromoteOptions) => promote(context, options));
  addOlderForms(program, context);
}

/** `kargo stage promote` and `kargo stage promote-subscribers`, as the first releases had them. */
function addOlderForms(program: Command, context: CliContext): void {
  const stage = program.command('stage', { hidden: true });
  const forms = [
    ['promote', 'stage', '--stage'],
    ['promote-subscribers', 'downstreamFrom', '--downstream-from'],
  ] as const;
  for (const [verb, option, today] of forms) {
    withOutput(withConnection(stage.command(`${verb} <project> <stage>`)))
      .description(`Older form of kargo promote ${today}`)
      .option('--freight <name>', 'the Freight, by its name')
      .option('--freight-alias <alias>', 'the Freight, by its alias')
      .option('--wait', 'wait until the Promotions have ended')
      .action((project: string, name: string, options: PromoteOptions) =>
        promote(context, { ...options, project, [option]: name }),
      );
  }
}

async function promote(
  context: CliContext,
  options: PromoteOptions,
): Promise<void> {
  const request = readRequest(options);
  const project = await requireProject(context, options);
  const client = await connect(context, options);
  if (request.kind === 'abort') {
    await client.abortPromotion({ project, name: request.name });
    return;
  }
  if (request.kind === 'dryRun') {
    const { stage, what } = request;
    printDryRun(
      context,
      await client.dryRunPromotion({ project, stage, body: what }),
    );
    return;
  }
  const { promotions, errors } = await start(client, project, request);
  for (const promotion of promotions) {
    await printChange(context, promotion, 'promotion created', options.output);
  }
  const ended = options.wait
    ? await waitForPromotions(context, client, promotions)
    : [];
  const failures = [...errors, ...ended.flatMap(describeEnd)];
  if (failures.length > 0) {
    throw joinErrors(failures);
  }
}

type NamedFreight = { freight: string } | { freightAlias: string };

type AnyFreight = NamedFreight | { origin: string };

type Request =
  | { kind: 'abort'; name: string }
  | { kind: 'dryRun'; stage: string; what: AnyFreight }
  | { kind: 'stage'; stage: string; what: AnyFreight }
  | { kind: 'downstream'; stage: string; what: NamedFreight };

/** Which of its forms the command has. Every mistake is found before anything is sent. */
function readRequest(options: PromoteOptions): Request {
  const { name, abort, stage, downstreamFrom } = options;
  if (abort || name !== undefined) {
    if (!abort || name === undefined) {
      throw new CliError(
        '--abort needs --name, and --name is only for --abort',
      );
    }
    return { kind: 'abort', name };
  }
  if ((stage === undefined) === (downstreamFrom === undefined)) {
    throw new CliError('use exactly one of --stage and --downstream-from');
  }
  const what = readFreight(options);
  if (
    options.dryRun &&
    (stage === undefined || options.wait || options.output)
  ) {
    throw new CliError(
      '--dry-run needs --stage, and goes without --wait and --output',
    );
  }
  if (stage !== undefined) {
    return { kind: options.dryRun ? 'dryRun' : 'stage', stage, what };
  }
  if ('origin' in what) {
    throw new CliError('--warehouse cannot be used with --downstream-from');
  }
  return { kind: 'downstream', stage: downstreamFrom ?? '', what };
}

function readFreight({
  freight,
  freightAlias,
  warehouse,
}: PromoteOptions): AnyFreight {
  const chosen = [
    freight !== undefined && { freight },
    freightAlias !== undefined && { freightAlias },
    warehouse !== undefined && { origin: `Warehouse/${warehouse}` },
  ].filter(choice => choice !== false);
  if (chosen.length !== 1) {
    throw new CliError(
      'use exactly one of --freight, --freight-alias and --warehouse',
    );
  }
  return chosen[0];
}

async function start(
  client: KargoClient,
  project: string,
  request: Extract<Request, { kind: 'downstream' | 'stage' }>,
): Promise<{ promotions: Promotion[]; errors: string[] }> {
  if (request.kind === 'stage') {
    const { stage, what } = request;
    return {
      promotions: [await client.promoteToStage({ project, stage, body: what })],
      errors: [],
    };
  }
  const { promotions, errors } = await client.promoteDownstream({
    project,
    stage: request.stage,
    body: request.what,
  });
  return { promotions, errors: errors ? errors.split('\n') : [] };
}
