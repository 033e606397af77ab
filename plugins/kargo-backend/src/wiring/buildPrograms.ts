import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LoggerService } from '@backstage/backend-plugin-api';
import { TracingService } from '@backstage/backend-plugin-api/alpha';
import { CloneMirrors } from '../adapters/git/mirrors/CloneMirrors';
import { GitMirrors } from '../adapters/git/mirrors/GitMirrors';
import {
  createGitProgram,
  GitProgram,
} from '../adapters/git/process/gitEnvironment';
import { SmartHttp } from '../adapters/git/smart-http/SmartHttp';
import { GitWorkingTreesCli } from '../adapters/git/worktrees/GitWorkingTreesCli';
import { compileEgressPolicy } from '../adapters/http/EgressPolicy';
import { UndiciHttpClient } from '../adapters/http/UndiciHttpClient';
import { HelperProcesses } from '../adapters/processes/HelperProcesses';
import { ProcessStarter } from '../adapters/processes/ProcessStarter';
import { CliProgramRunner } from '../adapters/programs/CliProgramRunner';
import { SystemClock } from '../adapters/system/SystemClock';
import { writeAuthorities } from '../adapters/system/writeAuthorities';
import { FolderWorkspaces } from '../adapters/workspace/FolderWorkspaces';
import { GitHistory } from '../ports/GitClient';
import { GitWorkingTrees } from '../ports/GitWorkingTree';
import { ProgramRunner } from '../ports/ProgramRunner';
import { Workspaces } from '../ports/Workspaces';
import { KargoConfig } from './readConfig';
import { traceProcesses } from './tracing/traceProcesses';

/** What programs are run by. */
export interface BuildProgramsOptions {
  config: KargoConfig;
  clock: SystemClock;
  random: () => number;
  http: UndiciHttpClient;
  logger: LoggerService;
  tracing: TracingService;
}

/** Builds what runs programs on this machine, and what they leave in its folder. */
export async function buildPrograms({
  config,
  clock,
  random,
  http,
  logger,
  tracing,
}: BuildProgramsOptions): Promise<{
  git: GitProgram;
  gitHistory: GitHistory;
  workingTrees: GitWorkingTrees;
  /** Those of steps. */
  programs: ProgramRunner;
  /** Starts jobs: of what people have run, traces tell no command. */
  jobProcesses: ProcessStarter;
  workspaces: Workspaces;
  /** Rejects while the folder of Promotions and mirrors cannot be used. */
  checkFolder(): Promise<void>;
  stop(): Promise<void>;
}> {
  const { workingDirectory: folder } = config;
  const helper = HelperProcesses.create({
    logger,
    monotonic: () => clock.monotonic(),
  });
  const processes = traceProcesses(helper, tracing, { tellsCommand: true });
  const keepAuthorities = () =>
    writeAuthorities({ environment: process.env, folder, logger });
  const authorities = await keepAuthorities();
  const egress = compileEgressPolicy(config.egress);
  const git = createGitProgram({
    processes,
    authorities,
    path: config.git.path,
    egress,
    // For Promotions, too, each of which has a HOME of its own.
    knownHostsFile: join(folder, 'known_hosts'),
    now: () => clock.now(),
  });
  const smartHttp = SmartHttp.create({ http, program: git });
  const workingTrees = GitWorkingTreesCli.create({
    program: git,
    clock,
    random,
    mirrors: CloneMirrors.create({
      program: git,
      folder: join(folder, 'clones'),
      clock,
    }),
    smartHttp,
  });
  const workspaces = FolderWorkspaces.create({
    workingDirectory: folder,
    lateFiles: promotion => workingTrees.lateFiles(promotion),
  });
  return {
    git,
    gitHistory: GitMirrors.create({
      program: git,
      cacheDir: join(folder, 'mirrors'),
      clock,
      smartHttp,
    }),
    workingTrees,
    programs: CliProgramRunner.create({
      programs: config.programs,
      searchPath: process.env.PATH ?? '',
      processes,
      egress,
      findProxy: git.findProxy,
      environment: {
        ...git.inherited,
        ...(authorities && { SSL_CERT_FILE: authorities }),
      },
    }),
    jobProcesses: traceProcesses(helper, tracing, { tellsCommand: false }),
    workspaces,
    checkFolder: async () => {
      await workspaces.check();
      if (authorities && !existsSync(authorities)) {
        await keepAuthorities();
      }
    },
    stop: () => helper.stop(),
  };
}
