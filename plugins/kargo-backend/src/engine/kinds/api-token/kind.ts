import { ApiToken } from 'backstage-plugin-kargo-common';
import { defineKind } from '../KindModule';

/** An ApiToken: acts as a role; written by Kargo alone. */
export const apiTokenKind = defineKind<ApiToken>({ kind: 'ApiToken' });
