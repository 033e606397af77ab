import {
  Freight,
  FreightReference,
  Promotion,
} from 'backstage-plugin-kargo-common';
import type { z as Zod } from 'zod/v3';

type Z = typeof Zod;

/** Longest text in an answer: whoever reads it needs the beginning, and models pay for the rest. */
const LONGEST_TEXT = 2_000;
/** Most names in a list of an answer. */
export const MOST_NAMES = 50;

/** The beginning of a long text, with how much there is more. */
export function shorten(text: string): string {
  const more = text.length - LONGEST_TEXT;
  return more > 0
    ? `${text.slice(0, LONGEST_TEXT)}… (${more} characters more)`
    : text;
}

/** The first of many names, with how many there are more. */
export function firstOf(names: readonly string[]): string[] {
  const more = names.length - MOST_NAMES;
  return more > 0
    ? [...names.slice(0, MOST_NAMES), `… (${more} more)`]
    : [...names];
}

/** Who names a Project, as every action that is about one does. */
export function projectInput(z: Z) {
  return z.string().min(1).describe('Name of the Project');
}

/** Who names a Stage. */
export function stageInput(z: Z) {
  return z.string().min(1).describe('Name of the Stage');
}

/** Who names Freight. */
export function freightInput(z: Z) {
  return z.string().min(1).describe('Name or alias of the Freight');
}

/** How many of a list are wanted. */
export function newestInput(z: Z) {
  return z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(20)
    .describe('Only so many, the newest first');
}

/** Freight as a person tells it from other Freight. */
export function freightShape(z: Z) {
  return z.object({
    name: z.string(),
    alias: z.string().optional(),
    warehouse: z.string().describe('The Warehouse that it comes from'),
    artifacts: z
      .array(z.string())
      .describe('What it holds: images, commits, charts and others'),
    discoveredAt: z.string().optional().describe('RFC 3339'),
  });
}

/** One Promotion in a list. */
export function promotionShape(z: Z) {
  return z.object({
    name: z.string(),
    stage: z.string(),
    freight: z.string().describe('Name of the Freight'),
    phase: z
      .string()
      .describe('Pending, Running, Succeeded, Failed, Errored or Aborted'),
    message: z.string().optional(),
    createdAt: z.string().describe('RFC 3339'),
    finishedAt: z.string().optional().describe('RFC 3339'),
    url: z.string().optional().describe('Its page in the portal'),
  });
}

/** What {@link freightShape} describes. */
export function tellFreight(freight: Freight | FreightReference) {
  return {
    name: 'metadata' in freight ? freight.metadata.name : freight.name,
    ...('alias' in freight && freight.alias && { alias: freight.alias }),
    warehouse: freight.origin.name,
    artifacts: artifactsOf(freight),
    ...('discoveredAt' in freight &&
      freight.discoveredAt && { discoveredAt: freight.discoveredAt }),
  };
}

/** What {@link promotionShape} describes. */
export function tellPromotion(
  { metadata, spec, status }: Promotion,
  uiBaseUrl: string | undefined,
) {
  return {
    name: metadata.name,
    stage: spec.stage,
    freight: spec.freight ?? '',
    phase: status?.phase ?? 'Pending',
    ...(status?.message && { message: shorten(status.message) }),
    createdAt: metadata.creationTimestamp,
    ...(status?.finishedAt && { finishedAt: status.finishedAt }),
    ...linkTo(uiBaseUrl, metadata.namespace ?? '', 'promotions', metadata.name),
  };
}

/** A link to a page of the interface, where it is known where that is. */
export function linkTo(
  uiBaseUrl: string | undefined,
  project: string,
  ...more: string[]
): { url?: string } {
  const path = ['projects', project, ...more].map(encodeURIComponent).join('/');
  return uiBaseUrl ? { url: `${uiBaseUrl.replace(/\/+$/, '')}/${path}` } : {};
}

function artifactsOf({
  images = [],
  commits = [],
  charts = [],
  artifacts = [],
}: Freight | FreightReference): string[] {
  const told = [
    ...images.map(({ repoURL, tag, digest }) =>
      tag ? `image ${repoURL}:${tag}` : `image ${repoURL}@${digest}`,
    ),
    ...commits.map(
      ({ repoURL, id, tag, branch, message }) =>
        `commit ${id} of ${repoURL}${
          tag || branch ? ` (${tag || branch})` : ''
        }${message ? `: ${message.split('\n', 1)[0]}` : ''}`,
    ),
    ...charts.map(
      ({ repoURL, name, version }) =>
        `chart ${name ? `${name} ` : ''}${version} of ${repoURL}`,
    ),
    ...artifacts.map(
      ({ artifactType, subscriptionName, version }) =>
        `${artifactType} ${version} of ${subscriptionName}`,
    ),
  ];
  return firstOf(told.map(shorten));
}
