import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  JobContext,
  JobProgress,
  JobRequest,
  JobRunner,
} from '../../ports/JobRunner';
import { GroupLimits } from '../processes/GroupWatch';
import { ProcessCall, ProcessStarter } from '../processes/ProcessStarter';
import { startTimer } from '../system/startTimer';
import { findProgram } from '../programs/findProgram';
import { ensurePrivateFolder } from '../workspace/privateFolder';
import { removeFolder } from '../workspace/removeFolder';
import { judgeContainer, LocalJobPolicy, refuseJob } from './allowedJobs';
import {
  expandVariables,
  JobContainer,
  LocalJob,
  readJobSpec,
} from './jobSpec';
import { runLogged } from './runLogged';

const LIMITS: GroupLimits = {
  processes: 64,
  memoryBytes: 1024 * 1024 * 1024,
};
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 360_000;
/** What `docker run` ends with when it cannot run a container at all. */
const ENGINE_FAILED = 125;

/** What running jobs without a cluster needs. */
export interface LocalJobRunnerOptions {
  policy: LocalJobPolicy;
  processes: ProcessStarter;
  /** Absolute; folders of jobs are made in it and removed. */
  folder: string;
  /** The portal's own environment: `PATH`, and what a container engine is reached by. */
  environment: Readonly<Record<string, string | undefined>>;
}

/** How one container ended. */
interface Ending {
  container: string;
  code: number | undefined;
  kind: 'container' | 'process';
}

/**
 * Runs jobs on the portal's machine: as containers of an engine, or the commands alone as
 * processes.
 *
 * @remarks
 * A job runs to its end in one call, so it belongs to whoever holds its lease; a replica that
 * takes over starts it anew, which counts as an attempt. Pauses between attempts are those
 * of Kubernetes.
 */
export class LocalJobRunner implements JobRunner {
  static create(options: LocalJobRunnerOptions): LocalJobRunner {
    return new LocalJobRunner(options);
  }

  private constructor(private readonly options: LocalJobRunnerOptions) {}

  refusal(
    spec: JsonObject,
    { isTemplate } = { isTemplate: false },
  ): string | undefined {
    const { policy } = this.options;
    const isOpen = isTemplate && JSON.stringify(spec).includes('{{');
    if (isOpen && (policy.containers || policy.processes)) {
      return undefined;
    }
    try {
      return refuseJob(readJobSpec(spec), policy);
    } catch (error) {
      return (error as Error).message;
    }
  }

  async advance(
    request: JobRequest,
    context: JobContext,
  ): Promise<JobProgress> {
    const job = readJobSpec(request.spec);
    const refusal = refuseJob(job, this.options.policy);
    if (refusal) {
      throw new Error(refusal);
    }
    const { attempts } = request;
    if (attempts > job.backoffLimit) {
      return failed(
        `the job was started ${attempts} times and did not succeed`,
      );
    }
    const leftMs = timeLeft(job, request, context);
    if (leftMs !== undefined && leftMs <= 0) {
      return tookTooLong(job);
    }
    await context.countAttempt();
    const deadline = new AbortController();
    const endTimer =
      leftMs === undefined
        ? undefined
        : startTimer(leftMs, () => deadline.abort());
    const signal = AbortSignal.any([context.signal, deadline.signal]);
    try {
      const endings = await this.run(job, request, { ...context, signal });
      return judge(job, attempts + 1, endings);
    } catch (error) {
      context.signal.throwIfAborted();
      if (deadline.signal.aborted) {
        return tookTooLong(job);
      }
      throw error;
    } finally {
      endTimer?.();
    }
  }

  async remove(): Promise<void> {
    // Nothing is left of a job that ran to its end or was stopped.
  }

  private async run(
    job: LocalJob,
    request: JobRequest,
    context: JobContext,
  ): Promise<Ending[]> {
    await ensurePrivateFolder(this.options.folder);
    const folder = await mkdtemp(join(this.options.folder, 'job-'));
    try {
      for (const container of job.initContainers) {
        const ending = await this.runContainer(
          container,
          request,
          context,
          folder,
        );
        if (ending.code !== 0) {
          return [ending];
        }
      }
      return await this.runSideBySide(job.containers, request, context, folder);
    } finally {
      await removeFolder(folder);
    }
  }

  /** When one cannot be run, the others are ended and waited for before it is told. */
  private async runSideBySide(
    containers: JobContainer[],
    request: JobRequest,
    context: JobContext,
    folder: string,
  ): Promise<Ending[]> {
    const stop = new AbortController();
    const signal = AbortSignal.any([context.signal, stop.signal]);
    const settled = await Promise.allSettled(
      containers.map(async container => {
        try {
          return await this.runContainer(
            container,
            request,
            { ...context, signal },
            folder,
          );
        } catch (error) {
          stop.abort(error);
          throw error;
        }
      }),
    );
    return settled.map(result => {
      if (result.status === 'rejected') {
        context.signal.throwIfAborted();
        throw stop.signal.reason;
      }
      return result.value;
    });
  }

  private async runContainer(
    container: JobContainer,
    request: JobRequest,
    context: JobContext,
    folder: string,
  ): Promise<Ending> {
    const kind = judgeContainer(container, this.options.policy);
    const variables = await readVariables(container, context);
    const place = await mkdtemp(join(folder, 'container-'));
    const { call, cleanUp } =
      kind === 'process'
        ? await this.processCall(container, variables, place)
        : await this.engineCall(container, variables, place, request);
    try {
      const code = await runLogged(this.options.processes, call, {
        signal: context.signal,
        log: text => context.log(container.name, text),
      });
      return { container: container.name, code, kind };
    } finally {
      await cleanUp?.();
    }
  }

  /** A process finds the allowed programs and nothing of the portal's. */
  private async processCall(
    { command, args, workingDir }: JobContainer,
    variables: Record<string, string>,
    place: string,
  ): Promise<{ call: PlainCall; cleanUp?: () => Promise<void> }> {
    if (workingDir) {
      throw new Error(
        'a job that is run as a process cannot have a workingDir; it runs in an empty folder',
      );
    }
    const [bin, home] = await Promise.all(
      ['bin', 'home'].map(async name => {
        await mkdir(join(place, name), { mode: 0o700 });
        return join(place, name);
      }),
    );
    for (const program of this.options.policy.processes?.programs ?? []) {
      const file = await this.find(program);
      if (file && !program.includes('/')) {
        await symlink(file, join(bin, program));
      }
    }
    const [program, ...rest] = [...command, ...args].map(text =>
      expandVariables(text, variables),
    );
    const file = await this.find(command[0]);
    if (!file || program !== command[0]) {
      throw new Error(
        `the program '${program}' is not installed on the portal`,
      );
    }
    return {
      call: {
        file,
        args: rest,
        cwd: home,
        env: {
          LANG: 'C.UTF-8',
          ...variables,
          HOME: home,
          TMPDIR: home,
          PATH: bin,
        },
        limits: LIMITS,
      },
    };
  }

  private async engineCall(
    container: JobContainer,
    variables: Record<string, string>,
    place: string,
    request: JobRequest,
  ): Promise<{ call: PlainCall; cleanUp: () => Promise<void> }> {
    const { containers } = this.options.policy;
    const file = await this.find(containers?.program ?? '');
    if (!containers || !file) {
      throw new Error(
        `the container engine '${containers?.program}' is not installed on the portal`,
      );
    }
    const name = `kargo-${request.uid}-${container.name}`;
    const env = this.engineEnvironment();
    const base = { file, cwd: place, env, limits: LIMITS };
    const variablesFile = join(place, 'env');
    await writeFile(variablesFile, printVariables(variables), { mode: 0o600 });
    const [entrypoint, ...command] = container.command.map(text =>
      expandVariables(text, variables),
    );
    const args = [
      ...['run', '--rm', '--name', name, '--env-file', variablesFile],
      ...containers.arguments,
      ...(container.workingDir ? ['--workdir', container.workingDir] : []),
      ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint]),
      container.image,
      ...command,
      ...container.args.map(text => expandVariables(text, variables)),
    ];
    const cleanUp = async () => {
      // Ending the engine's program does not end its container, nor does a crash.
      await runLogged(
        this.options.processes,
        { ...base, args: ['rm', '--force', name] },
        { log: () => {} },
      );
    };
    await cleanUp();
    return { call: { ...base, args }, cleanUp };
  }

  /** What says where the engine is; nothing else of the portal's. */
  private engineEnvironment(): Record<string, string> {
    const { environment } = this.options;
    return Object.fromEntries(
      [
        'PATH',
        'HOME',
        'DOCKER_HOST',
        'DOCKER_CONFIG',
        'XDG_RUNTIME_DIR',
      ].flatMap(name => {
        const value = environment[name];
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  private find(program: string): Promise<string | undefined> {
    return findProgram(program, this.options.environment.PATH ?? '');
  }
}

type PlainCall = Omit<ProcessCall, 'onExceeded' | 'signal'>;

async function readVariables(
  { name: container, env }: JobContainer,
  context: JobContext,
): Promise<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { name, value, valueFrom } of env) {
    const { secretKeyRef, configMapKeyRef } = valueFrom ?? {};
    const ref = secretKeyRef ?? configMapKeyRef;
    if (!ref) {
      variables[name] = expandVariables(value, variables);
      continue;
    }
    const kind = secretKeyRef ? 'Secret' : 'ConfigMap';
    const data = await context.findData(kind, ref.name);
    if (data && Object.hasOwn(data, ref.key)) {
      variables[name] = data[ref.key];
    } else if (!ref.optional) {
      throw new Error(
        `variable ${name} of container '${container}': ${kind} '${ref.name}' has no key '${ref.key}'`,
      );
    }
  }
  return variables;
}

/** One a line, which is all that container engines read. */
function printVariables(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (/[\r\n]/.test(value)) {
        throw new Error(
          `variable ${name} has several lines, which containers cannot be given here`,
        );
      }
      return `${name}=${value}\n`;
    })
    .join('');
}

function timeLeft(
  { activeDeadlineSeconds }: LocalJob,
  { startedAtMs }: JobRequest,
  context: JobContext,
): number | undefined {
  return activeDeadlineSeconds === undefined
    ? undefined
    : startedAtMs + activeDeadlineSeconds * 1_000 - context.now();
}

function judge(
  { backoffLimit }: LocalJob,
  attempts: number,
  endings: Ending[],
): JobProgress {
  const bad = endings.find(({ code }) => code !== 0);
  if (!bad) {
    return { kind: 'ended', phase: 'Complete' };
  }
  const { container, code, kind } = bad;
  if (kind === 'container' && code === ENGINE_FAILED) {
    return {
      kind: 'ended',
      phase: 'Stuck',
      message: `container '${container}' cannot be run; its log tells why`,
    };
  }
  const message =
    code === undefined
      ? `container '${container}' was killed`
      : `container '${container}' ended with exit code ${code}`;
  return attempts > backoffLimit
    ? failed(message)
    : {
        kind: 'running',
        lookAgainInMs: Math.min(
          FIRST_PAUSE_MS * 2 ** (attempts - 1),
          LONGEST_PAUSE_MS,
        ),
        message: `${message}; it is started again`,
      };
}

function failed(message: string): JobProgress {
  return { kind: 'ended', phase: 'Failed', message };
}

function tookTooLong({ activeDeadlineSeconds }: LocalJob): JobProgress {
  return failed(
    `the job took longer than its activeDeadlineSeconds (${activeDeadlineSeconds})`,
  );
}
