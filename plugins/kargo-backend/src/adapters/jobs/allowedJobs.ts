import { compileGlob } from '../../logic/selection/glob';
import { JobContainer, LocalJob } from './jobSpec';

/** What an operator lets jobs do without a cluster. Patterns of images are globs. */
export interface LocalJobPolicy {
  /** Containers, by a program such as `docker` or `podman`. */
  containers?: {
    program: string;
    images: string[];
    /** Options for `run`, before everything else. */
    arguments: string[];
  };
  /** Commands of containers as processes of the portal's machine; their images are not used. */
  processes?: { images: string[]; programs: string[] };
}

/** How a container is run. */
export type ContainerKind = 'container' | 'process';

/** Anything else, `--privileged` for one, a container engine takes for an option. */
const IMAGE_REFERENCE = /^[A-Za-z0-9][\w./:@-]*$/;
/** Variables by which the system's loader takes code into any program. */
const LOADER_VARIABLE = /^(LD|DYLD)_/;

/**
 * How a container may be run.
 *
 * @throws Error that tells an operator what to configure
 */
export function judgeContainer(
  { image, name, command, env }: JobContainer,
  { containers, processes }: LocalJobPolicy,
): ContainerKind {
  if (containers && matchesImage(containers.images, image)) {
    return 'container';
  }
  if (!processes || !matchesImage(processes.images, image)) {
    throw new Error(
      `image '${image}' may not be run here; an operator can allow it in kargo.verification.jobs.containers.images or kargo.verification.jobs.processes.images`,
    );
  }
  const [program] = command;
  if (program === undefined) {
    throw new Error(
      `container '${name}' has no command, and what its image runs is not known without running the image; name a command`,
    );
  }
  if (!processes.programs.includes(program)) {
    throw new Error(
      `'${program}' may not be run here; an operator can allow it in kargo.verification.jobs.processes.programs`,
    );
  }
  const loader = env.find(variable => LOADER_VARIABLE.test(variable.name));
  if (loader) {
    throw new Error(
      `container '${name}' cannot have the variable ${loader.name}: it would make an allowed program run other code`,
    );
  }
  return 'process';
}

/** Why a job may not run, for who writes templates; `undefined` when it may. */
export function refuseJob(
  job: LocalJob,
  policy: LocalJobPolicy,
): string | undefined {
  if (!policy.containers && !policy.processes) {
    return 'jobs are switched off; an operator can allow images and commands in kargo.verification.jobs';
  }
  try {
    [...job.initContainers, ...job.containers].forEach(container =>
      judgeContainer(container, policy),
    );
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function matchesImage(patterns: readonly string[], image: string): boolean {
  if (!IMAGE_REFERENCE.test(image)) {
    return false;
  }
  const hasTag = /[:@][^/]*$/.test(image);
  const names = hasTag ? [image] : [image, `${image}:latest`];
  return patterns.some(pattern => names.some(compileGlob(pattern)));
}
