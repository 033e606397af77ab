import { z } from 'zod';
import { ForeignInputError } from '../../foreign/ForeignInputError';
import { readJson } from '../../foreign/json';
import { inTurns } from '../../foreign/inTurns';
import { Limits } from '../../foreign/limits';
import { readYamlTexts } from '../../foreign/yaml';
import { mapInSlices, Slices } from '../../logic/slices';
import { ChartVersion } from '../../ports/ChartRepository';

const MIB = 1024 * 1024;

/** An index, or the part of it that is about one chart. */
const INDEX_LIMITS: Limits = {
  bytes: 64 * MIB,
  documents: 1,
  depth: 64,
  nodes: 2_000_000,
  milliseconds: 60_000,
  waitMilliseconds: 120_000,
  share: 'work',
};

/** An index of another shape than Helm's takes about a second per MiB to read. */
const UNUSUAL_LIMITS: Limits = { ...INDEX_LIMITS, bytes: 16 * MIB };

const text = z.string().optional().catch(undefined);

const Entry = z.object({
  version: z.string(),
  appVersion: text,
  created: text,
  urls: z
    .array(z.unknown())
    .nullish()
    .catch(undefined)
    .transform(urls =>
      (urls ?? []).filter((url): url is string => typeof url === 'string'),
    ),
});

/** Lines that are looked at in one step. */
const SLICE = 256;

const WANTED_KEYS = /^(?:version|appVersion|created|urls):/;

/** A field of a list item, or a dash of a list that stands at the depth of its key. */
const FIELD = /^(?:[A-Za-z][\w.-]*:(?:\s|$)|-\s)/;

/**
 * The `index.yaml` of a chart repository, read one chart at a time.
 *
 * @remarks
 * Large repositories have indexes of tens of megabytes, which a YAML parser takes many
 * seconds for. Indexes are written by tools in one shape, so the lines of the wanted
 * chart are found by their indentation and, of those, only the fields that are used are
 * handed to the parser. Whatever has another shape is parsed as a whole. Everything is
 * text: `version: 1.10` must not become the number 1.1.
 */
export class IndexFile {
  readonly #text: string;
  readonly #lists = new Map<string, Promise<ChartVersion[]>>();
  #sections: Promise<Map<string, string> | undefined> | undefined;
  #document: Promise<Record<string, unknown>> | undefined;

  constructor(content: string) {
    this.#text = content;
  }

  /** Characters held. */
  get size(): number {
    return this.#text.length;
  }

  /**
   * Versions of a chart; empty when the index does not have it. Large parts are read in a
   * thread of their own, once.
   *
   * @throws ForeignInputError when the text is neither YAML nor JSON, has no entries or is
   * too much.
   */
  listVersions(chart: string): Promise<ChartVersion[]> {
    const known = this.#lists.get(chart);
    if (known) return known;
    const reading = this.#readVersions(chart);
    this.#lists.set(chart, reading);
    reading.catch(() => this.#lists.delete(chart));
    return reading;
  }

  async #readVersions(chart: string): Promise<ChartVersion[]> {
    const list =
      (await this.#findInSection(chart)) ?? (await this.#findInDocument(chart));
    return Array.isArray(list)
      ? inTurns(mapInSlices(list, item => Entry.safeParse(item).data))
      : [];
  }

  /** `undefined` when the shape is not the usual one and the whole must be parsed. */
  async #findInSection(chart: string): Promise<unknown> {
    this.#sections ??= inTurns(findSections(this.#text));
    const sections = await this.#sections;
    if (!sections) return undefined;
    const section = sections.get(chart);
    if (section === undefined) return [];
    const wanted = await inTurns(keepWantedFields(section));
    return (await tryParse(wanted)) ?? (await tryParse(section));
  }

  async #findInDocument(chart: string): Promise<unknown> {
    this.#document ??= parseDocument(this.#text).catch(error => {
      this.#document = undefined;
      throw error;
    });
    const document = await this.#document;
    return Object.hasOwn(document, chart) ? document[chart] : [];
  }
}

/**
 * Text of each chart below `entries:`, by name; `undefined` for anything but a block of
 * plain or quoted keys, each followed by a block.
 */
function* findSections(
  content: string,
): Slices<Map<string, string> | undefined> {
  const start = /^entries:[ \t]*\r?\n/m.exec(content);
  if (!start || /^(?:%|\{)/m.test(content.slice(0, start.index))) {
    return undefined;
  }
  const from = start.index + start[0].length;
  const indent = /^(?:[ \t]*(?:#.*)?\r?\n)*( +)\S/.exec(
    content.slice(from, from + 10_000),
  )?.[1].length;
  if (!indent) return undefined;
  const sections = new Map<string, string>();
  let current: { name: string; at: number } | undefined;
  let lines = 0;
  for (let at = from; at < content.length; at = endOfLine(content, at)) {
    lines += 1;
    if (lines % SLICE === 0) yield;
    const depth = indentOf(content, at);
    // Deeper lines, list items at the depth of their key, and empty lines belong to the chart.
    if (depth === undefined || depth > indent) continue;
    if (depth === indent && content[at + depth] === '-') continue;
    if (current) sections.set(current.name, content.slice(current.at, at));
    if (depth < indent) {
      const isNextKey = /^[A-Za-z][\w-]*:|^\.\.\./.test(
        content.slice(at, at + 80),
      );
      return isNextKey ? sections : undefined;
    }
    const end = endOfLine(content, at);
    const name = chartNameOf(content.slice(at + indent, end));
    if (name === undefined) return undefined;
    current = { name, at: end };
  }
  if (current) sections.set(current.name, content.slice(current.at));
  return sections;
}

function chartNameOf(line: string): string | undefined {
  const match = /^(?:"([^"\\]+)"|'([^']+)'|([\w.-]+)):\s*(?:#.*)?$/.exec(line);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

function endOfLine(content: string, at: number): number {
  const end = content.indexOf('\n', at);
  return end < 0 ? content.length : end + 1;
}

/** Number of leading spaces; `undefined` for empty lines and comments. */
function indentOf(content: string, at: number): number | undefined {
  let end = at;
  while (content[end] === ' ') end++;
  const first = content[end];
  const isEmpty = first === undefined || /[\r\n#]/.test(first);
  return isEmpty ? undefined : end - at;
}

/**
 * Drops the fields of list items that nobody reads, with the lines that continue them;
 * leaves a section whose lines do not look like fields as it is.
 */
function* keepWantedFields(section: string): Slices<string> {
  const dash = /^( *)-( +)\S/m.exec(section);
  if (!dash) return section;
  const listIndent = dash[1].length;
  const fieldIndent = listIndent + 1 + dash[2].length;
  const kept: string[] = [];
  let isKept = true;
  for (const [index, line] of section.split('\n').entries()) {
    if (index % SLICE === 0) yield;
    const depth = indentOf(line, 0);
    if (depth === undefined) continue;
    const isItem = depth === listIndent && line[depth] === '-';
    if (isItem) kept.push(`${' '.repeat(listIndent)}-`);
    if (isItem || depth === fieldIndent) {
      const field = line.slice(fieldIndent);
      if (field.trim() && !FIELD.test(field)) return section;
      // A list may stand at the depth of its key; its dashes continue the field before.
      if (!field.startsWith('-')) isKept = WANTED_KEYS.test(field);
      if (isKept) kept.push(`${' '.repeat(fieldIndent)}${field}`);
    } else if (isKept) {
      kept.push(line);
    }
  }
  return kept.join('\n');
}

async function tryParse(section: string): Promise<unknown> {
  try {
    return (await readYamlTexts(section, INDEX_LIMITS)) ?? undefined;
  } catch (error) {
    // An alias to somewhere else, or a shape the lines do not show: parse more of it.
    if (error instanceof ForeignInputError) return undefined;
    throw error;
  }
}

async function parseDocument(
  content: string,
): Promise<Record<string, unknown>> {
  const document = content.trimStart().startsWith('{')
    ? await readJson(content, INDEX_LIMITS)
    : await readYamlTexts(content, UNUSUAL_LIMITS);
  const entries = (document as { entries?: unknown } | null)?.entries;
  if (entries === null || entries === '') return {};
  if (typeof entries !== 'object') {
    throw new ForeignInputError('the index has no entries');
  }
  return entries as Record<string, unknown>;
}
