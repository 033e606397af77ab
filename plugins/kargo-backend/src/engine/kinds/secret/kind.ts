import { Secret } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';
import { secretAdmission } from './admission';

/** A Secret: credentials, or values that expressions read. */
export const secretKind = defineKind<Secret>({
  kind: 'Secret',
  admission: secretAdmission,
});
