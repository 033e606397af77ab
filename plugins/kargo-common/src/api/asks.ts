import {
  kargoClusterManagePermission,
  kargoCredentialsManagePermission,
  kargoProjectManagePermission,
  kargoViewPermission,
} from '../permissions';

/** Whoever may read the project. */
export const READ = { scope: 'project' } as const;

/** Whoever may manage the project. */
export const MANAGE = {
  scope: 'project',
  permission: kargoProjectManagePermission,
} as const;

/** Whoever may manage the credentials of the project. */
export const CREDENTIALS = {
  scope: 'project',
  permission: kargoCredentialsManagePermission,
} as const;

/** Whoever may read the project in which the Stage is. */
export const READ_STAGE = { scope: 'stage' } as const;

/** Whoever sees Kargo at all. */
export const VIEW = {
  scope: 'basic',
  permission: kargoViewPermission,
} as const;

/** Whoever may change what all projects share. */
export const CLUSTER = {
  scope: 'basic',
  permission: kargoClusterManagePermission,
} as const;

/** Whoever has a token. */
export const ANYONE = { scope: 'anyone' } as const;

/** Everybody, without a token. */
export const NOBODY = { scope: 'nobody' } as const;
