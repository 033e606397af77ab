import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { Request } from 'express';

/**
 * Names the service for which the plugin asks its own API: the portal lets plugins hand on who
 * a person is, of other services only that it is the plugin that asks.
 */
const ACTING_FOR_HEADER = 'x-kargo-acting-for';
/** Nobody else has its tokens, so nobody else can say so. */
const OWN_SUBJECT = 'plugin:kargo';
/** What subjects are made of, and headers can hold. */
const SUBJECT = /^[\x21-\x7e]{1,255}$/;

/** Headers of a request that the plugin sends to its own API for somebody. */
export function actingForHeaders({
  principal,
}: BackstageCredentials): Record<string, string> {
  const subject = subjectOf(principal);
  return subject !== undefined && SUBJECT.test(subject)
    ? { [ACTING_FOR_HEADER]: subject }
    : {};
}

/** Subject of the service for which the plugin sent a request; `undefined` for all others. */
export function findActedFor(
  request: Request,
  { principal }: BackstageCredentials,
): string | undefined {
  const subject = request.header(ACTING_FOR_HEADER);
  return subjectOf(principal) === OWN_SUBJECT &&
    subject !== undefined &&
    SUBJECT.test(subject)
    ? subject
    : undefined;
}

function subjectOf(principal: unknown): string | undefined {
  const { type, subject } = principal as { type?: string; subject?: string };
  return type === 'service' ? subject : undefined;
}
