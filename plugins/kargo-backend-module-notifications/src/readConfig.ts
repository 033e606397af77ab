import { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { notificationSeverities } from '@backstage/plugin-notifications-common';
import { z } from 'zod';
import { readEntityRef } from './entityRefs';

const KEY = 'kargo.notifications';

const Recipients = z
  .array(
    z.string().transform((text, context) => {
      const ref = readEntityRef(text);
      if (ref === undefined) {
        context.addIssue({
          code: 'custom',
          message: `expected an entity reference such as group:default/ops, found '${text}'`,
        });
      }
      return ref ?? '';
    }),
  )
  .default([]);

function kind(severity: 'high' | 'normal') {
  return z
    .strictObject({
      enabled: z.boolean().default(true),
      severity: z.enum(notificationSeverities).default(severity),
      owners: z.boolean().default(true),
      recipients: Recipients,
    })
    .prefault({});
}

const Kinds = {
  freightWaiting: kind('normal'),
  promotionFailed: kind('high'),
  verificationFailed: kind('high'),
  pullRequestWaiting: kind('normal'),
};

const Notifications = z.strictObject({
  pagePath: z
    .string()
    .startsWith('/', { error: 'expected a path such as /kargo' })
    .default('/kargo'),
  recipients: Recipients,
  ...Kinds,
});

/** What somebody may be told of. */
export type NoticeKind = keyof typeof Kinds;

/** How one kind is told, and to whom. */
export type KindConfig = z.output<(typeof Kinds)[NoticeKind]>;

/** What is configured under `kargo.notifications`. */
export interface NotificationsConfig {
  /** Without a slash at its end. */
  pagePath: string;
  /** The recipients of each hold those of everything. */
  kinds: Record<NoticeKind, KindConfig>;
}

/** @throws InputError that names the key */
export function readConfig(root: RootConfigService): NotificationsConfig {
  const read = Notifications.safeParse(root.getOptional(KEY) ?? {});
  if (!read.success) {
    const [{ path, message }] = read.error.issues;
    throw new InputError(`${[KEY, ...path].join('.')}: ${message}`);
  }
  const { pagePath, recipients: always, ...kinds } = read.data;
  return {
    pagePath: pagePath.replace(/\/+$/, ''),
    kinds: Object.fromEntries(
      Object.entries(kinds).map(([name, { recipients, ...rest }]) => [
        name,
        { ...rest, recipients: [...new Set([...always, ...recipients])] },
      ]),
    ) as Record<NoticeKind, KindConfig>,
  };
}
