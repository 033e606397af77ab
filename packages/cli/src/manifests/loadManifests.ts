import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { itemsOfList, JsonObject } from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { reach } from '../connection/reach';
import { parseYamlDocuments } from './parseYamlDocuments';

/** A manifest and where it was read. */
export interface Manifest {
  readonly source: string;
  readonly object: JsonObject;
}

/** Which files of a directory are manifests. */
const EXTENSIONS = new Set(['.yaml', '.yml', '.json']);

/**
 * Reads manifests from files, directories, URLs and standard input (`-`).
 *
 * @throws CliError when one cannot be read, or none is there.
 */
export async function loadManifests(
  context: CliContext,
  names: readonly string[],
  options: { recursive?: boolean },
): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const name of names) {
    for (const { source, text } of await readTexts(context, name, options)) {
      manifests.push(...parseManifests(context, text, source));
    }
  }
  if (manifests.length === 0) {
    throw new CliError(`no manifests in ${names.join(', ')}`);
  }
  return manifests;
}

interface SourceText {
  source: string;
  text: string;
}

async function readTexts(
  context: CliContext,
  name: string,
  options: { recursive?: boolean },
): Promise<SourceText[]> {
  if (name === '-') {
    return [{ source: 'standard input', text: await context.readInput() }];
  }
  if (/^https?:\/\//.test(name)) {
    return [{ source: name, text: await download(context, name) }];
  }
  const path = resolve(context.workingDirectory, name);
  const files = await listFiles(path, options).catch(error => {
    throw new CliError(`cannot read ${name}: ${error.message}`);
  });
  return Promise.all(
    files.map(async file => ({
      source: file,
      text: await readFile(file, 'utf8'),
    })),
  );
}

async function download(context: CliContext, url: string): Promise<string> {
  // Without the token: it is for the server of Kargo, not for any other.
  const response = await reach(context, url, url);
  if (!response.ok) {
    throw new CliError(`cannot read ${url}: the answer was ${response.status}`);
  }
  return response.text();
}

/** A file is itself, whatever its name; of a directory, those that look like manifests. */
async function listFiles(
  path: string,
  { recursive }: { recursive?: boolean },
): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) {
    return [path];
  }
  const entries = await readdir(path, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) {
      found.push(...(recursive ? await listFiles(child, { recursive }) : []));
    } else if (EXTENSIONS.has(extname(entry.name))) {
      found.push(child);
    }
  }
  return found;
}

function parseManifests(
  context: CliContext,
  text: string,
  source: string,
): Manifest[] {
  return parseAll(context, text, source).map(object => {
    if (
      typeof object !== 'object' ||
      object === null ||
      Array.isArray(object)
    ) {
      throw new CliError(`${source}: expected a resource in every document`);
    }
    return { source, object: object as JsonObject };
  });
}

function parseAll(
  context: CliContext,
  text: string,
  source: string,
): unknown[] {
  // JSON is read as YAML, which it is; only a list at the top is JSON's own.
  return parseYamlDocuments(text).flatMap(document => {
    if ('problem' in document) {
      throw new CliError(`${source}: ${document.problem}`);
    }
    const { value, warnings = [] } = document;
    for (const warning of warnings) {
      context.writeError(`Warning: ${source}: ${warning}\n`);
    }
    if (value === null || value === undefined) {
      return [];
    }
    return Array.isArray(value) ? value : itemsOfList(value);
  });
}
