import { ANNOTATIONS, LABELS, Resource } from 'backstage-plugin-kargo-common';
import { age, Column, name } from './nouns';

/** A Secret as it may be shown, or a ConfigMap. */
export interface DataObject extends Resource {
  /** Of a Secret: what is not secret, and a mark in place of the rest. */
  stringData?: Record<string, string>;
  /** Of a ConfigMap. */
  data?: Record<string, string>;
}

const description: Column<DataObject> = {
  title: 'DESCRIPTION',
  cell: ({ metadata }) =>
    (metadata.annotations?.[ANNOTATIONS.description] ?? '').split('\n')[0],
};

/** `get repo-credentials` */
export const REPO_CREDENTIALS_COLUMNS: ReadonlyArray<Column<DataObject>> = [
  name,
  {
    title: 'TYPE',
    cell: ({ metadata }) => metadata.labels?.[LABELS.credType] ?? '',
  },
  {
    title: 'REGEX',
    cell: ({ stringData }) => stringData?.repoURLIsRegex ?? '',
  },
  { title: 'REPO', cell: ({ stringData }) => stringData?.repoURL ?? '' },
  age,
];

/** `get generic-credentials` */
export const GENERIC_CREDENTIALS_COLUMNS: ReadonlyArray<Column<DataObject>> = [
  name,
  description,
  age,
];

/** `get configmaps` */
export const CONFIG_MAP_COLUMNS: ReadonlyArray<Column<DataObject>> = [
  name,
  description,
  {
    title: 'KEYS',
    cell: ({ data = {} }) => String(Object.keys(data).length),
  },
  age,
];
