import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  PushedArtifacts,
  WebhookReading,
  WebhookRefusal,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';

/** What a receiver answers to what it has no use for. */
export function refuseEvent(
  event: string,
  status: 400 | 501 = 400,
): WebhookRefusal {
  return {
    kind: 'refused',
    status,
    message: event ? `event type ${event} is not supported` : 'missing event',
  };
}

/** A body without what is needed. It says nothing of what is in it. */
export const INVALID_BODY: WebhookRefusal = {
  kind: 'refused',
  status: 400,
  message: 'invalid request body',
};

/** What is well and asks for nothing. */
export const NOTHING: WebhookReading = { kind: 'nothing' };

/** Reads what a payload has for us, and nothing else of it. */
export function readPayload<TSchema extends z.ZodType>(
  schema: TSchema,
  body: JsonValue | undefined,
  read: (payload: z.output<TSchema>) => WebhookReading,
): WebhookReading {
  const { data, success } = schema.safeParse(body);
  return success ? read(data) : INVALID_BODY;
}

/** Most addresses of one repository. */
const MAX_REPOSITORIES = 100;
/** Most refs, tags and versions that filters are asked about; of more, discovery finds out. */
const MAX_QUALIFIERS = 1_000;

/** One push, without what is empty or told twice. */
export function pushed(push: PushedArtifacts): WebhookReading {
  const { changedFiles } = push;
  const qualifiers = distinct(push.qualifiers);
  return {
    kind: 'pushed',
    pushes: [
      {
        ...push,
        repositories: push.repositories
          .filter(({ url }) => url !== '')
          .slice(0, MAX_REPOSITORIES),
        qualifiers: qualifiers.length > MAX_QUALIFIERS ? [] : qualifiers,
        ...(changedFiles && { changedFiles: distinct(changedFiles) }),
      },
    ],
  };
}

/** Texts without what is empty or there twice. */
export function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter(text => text !== '');
}

/** The text of a member at the root of a body; empty where there is none. */
export function memberText(
  body: JsonValue | undefined,
  member: string,
): string {
  const value =
    typeof body === 'object' && body !== null && !Array.isArray(body)
      ? body[member]
      : undefined;
  return typeof value === 'string' ? value : '';
}

/** A text that may be absent or null. */
export const text = z
  .string()
  .nullish()
  .transform(value => value ?? '');

/** A list whose broken elements are left out; one that is absent or null is empty. */
export function listOf<TSchema extends z.ZodType>(element: TSchema) {
  return z
    .array(z.unknown())
    .nullish()
    .transform(values =>
      (values ?? []).flatMap(value => {
        const { success, data } = element.safeParse(value);
        return success ? [data as z.output<TSchema>] : [];
      }),
    );
}
