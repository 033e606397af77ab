import { ANNOTATIONS } from 'backstage-plugin-kargo-common';

/** The request of every kind that people may ask the engine to look at again. */
export const refreshRequest = {
  [ANNOTATIONS.refresh]: (value: string): string | undefined => value,
};
