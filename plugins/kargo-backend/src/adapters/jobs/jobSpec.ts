import { firstIssue, JsonObject } from 'backstage-plugin-kargo-common';
import { z } from 'zod';

const Source = z.object({
  name: z.string(),
  key: z.string(),
  /** Without the key the variable is left out. */
  optional: z.boolean().default(false),
});

const Variable = z.object({
  name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/),
  value: z.string().default(''),
  valueFrom: z
    .looseObject({
      secretKeyRef: Source.optional(),
      configMapKeyRef: Source.optional(),
    })
    .optional(),
});

const Container = z.object({
  name: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      'must be a name of small letters, digits and hyphens',
    ),
  image: z.string().min(1),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.array(Variable).default([]),
  workingDir: z.string().optional(),
  restartPolicy: z.string().optional(),
  envFrom: z.array(z.json()).default([]),
  volumeMounts: z.array(z.json()).default([]),
});
/** A container of a job. */
export type JobContainer = z.output<typeof Container>;

/** What is used of a `batch/v1` JobSpec; what only a cluster can give is not. */
const JobSpec = z.object({
  backoffLimit: z.number().int().min(0).default(6),
  activeDeadlineSeconds: z.number().int().positive().optional(),
  completions: z.number().int().optional(),
  parallelism: z.number().int().optional(),
  template: z.object({
    spec: z.object({
      initContainers: z.array(Container).default([]),
      containers: z.array(Container).min(1),
    }),
  }),
});

/** A job as a runner without a cluster sees it. */
export interface LocalJob {
  backoffLimit: number;
  activeDeadlineSeconds?: number;
  /** One after the other, before the others. */
  initContainers: JobContainer[];
  /** Side by side. */
  containers: JobContainer[];
}

/**
 * Reads the spec of a job.
 *
 * @throws Error that names the field, also for what needs a cluster
 */
export function readJobSpec(spec: JsonObject): LocalJob {
  const parsed = JobSpec.safeParse(spec);
  if (!parsed.success) {
    throw new Error(firstIssue(parsed.error, 'job', 'spec'));
  }
  const { template, completions, parallelism, ...rest } = parsed.data;
  const { initContainers, containers } = template.spec;
  const all = [...initContainers, ...containers];
  const mounting = all.find(({ volumeMounts }) => volumeMounts.length > 0);
  const importing = all.find(({ envFrom }) => envFrom.length > 0);
  const sidecar = initContainers.find(
    ({ restartPolicy }) => restartPolicy === 'Always',
  );
  const missing = [
    ...all.map(referring),
    sidecar && `restartPolicy Always of container '${sidecar.name}'`,
    mounting && `volumeMounts of container '${mounting.name}'`,
    importing && `envFrom of container '${importing.name}'`,
    (completions ?? 1) > 1 && 'completions',
    (parallelism ?? 1) > 1 && 'parallelism',
  ].find(Boolean);
  if (missing) {
    throw new Error(`a job without a cluster cannot have ${missing}`);
  }
  return { ...rest, initContainers, containers };
}

const KNOWN_SOURCES = ['secretKeyRef', 'configMapKeyRef'];

/** What a variable refers to that only a pod has, such as its own name. */
function referring({ name, env }: JobContainer): string | undefined {
  for (const variable of env) {
    const source = Object.keys(variable.valueFrom ?? {}).find(
      key => !KNOWN_SOURCES.includes(key),
    );
    if (source) {
      return `${source} of variable ${variable.name} of container '${name}'`;
    }
  }
  return undefined;
}

/** Replaces `$(NAME)` by a variable, as Kubernetes does; `$$(NAME)` is a text. */
export function expandVariables(
  text: string,
  variables: Readonly<Record<string, string>>,
): string {
  return text.replace(
    /\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]{0,200})\)/g,
    (found, name?: string) => {
      if (name === undefined) {
        return '$';
      }
      return Object.hasOwn(variables, name) ? variables[name] : found;
    },
  );
}
