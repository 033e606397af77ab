import { Freight } from 'backstage-plugin-kargo-common';

/** As much of a hash as people write down. */
const SHORT = 7;
/** What may be the beginning of a hash, and is more than is kept of it. */
const LONG_HASH = /^[0-9a-f]{8,39}$/;

/**
 * What people look for Freight by, in lower case: its alias, the versions and tags of what is
 * in it, commits and its own name, whole and shortened.
 */
export function freightWords(freight: Freight): string[] {
  const { commits = [], images = [], charts = [], artifacts = [] } = freight;
  const hashes = [freight.metadata.name, ...commits.map(({ id }) => id)];
  const words = [
    freight.alias,
    ...images.map(({ tag }) => tag),
    ...charts.map(({ version }) => version),
    ...artifacts.map(({ version }) => version),
    ...commits.map(({ tag }) => tag),
    ...hashes,
    ...hashes.map(hash => hash?.slice(0, SHORT)),
  ];
  return [...new Set(words.flatMap(word => (word ? [toWord(word)] : [])))];
}

/** A text as words are kept. */
export function toWord(text: string): string {
  return text.trim().toLocaleLowerCase('en-US');
}

/**
 * The words by which Freight is looked up: the one that is given, which a tag may be as well, and
 * of the beginning of a hash as much as is kept.
 */
export function lookupWords(word: string): string[] {
  return LONG_HASH.test(word) ? [word, word.slice(0, SHORT)] : [word];
}

/** Whether Freight that {@link lookupWords} led to is what was meant. */
export function isFoundBy(freight: Freight, word: string): boolean {
  return freightWords(freight).some(
    own => own === word || (LONG_HASH.test(word) && own.startsWith(word)),
  );
}
