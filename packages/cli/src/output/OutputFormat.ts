import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';
import { evaluateJsonPath, findByJsonPath } from './jsonPath/evaluateJsonPath';
import { parseJsonPath, TemplateNode } from './jsonPath/parseJsonPath';
import { JsonPathError } from './jsonPath/Scanner';
import { NamedResource, resourceName } from './resourceName';
import { sortKeys } from './sortKeys';

/** Turns an object into text; a list of resources is an object with `items`. */
export type Formatter = (object: NamedResource) => string;

/** What `-o` accepts, for help texts. */
export const OUTPUT_FORMATS =
  'json, yaml, name, jsonpath=TEMPLATE, jsonpath-as-json=TEMPLATE or jsonpath-file=FILE';

/**
 * Texts that Kubernetes would read as something else, such as `yes`, `0b1` or a date, stand in
 * quotes: what is printed can be applied again.
 */
const YAML = {
  version: '1.1',
  compat: 'core',
  lineWidth: 0,
  indentSeq: false,
  sortMapEntries: true,
} as const;

/**
 * The formatter that `-o` names.
 *
 * @throws CliError when there is none of that name, or its template is wrong.
 */
export async function readOutputFormat(
  output: string,
  context: Pick<CliContext, 'workingDirectory'>,
): Promise<Formatter> {
  const [name, argument] = splitOnce(output);
  switch (name) {
    case 'json':
      return formatJson;
    case 'yaml':
      return formatYaml;
    case 'name':
      return formatNames;
    case 'jsonpath':
      return jsonPathFormatter(argument, evaluateJsonPath);
    case 'jsonpath-as-json':
      return jsonPathFormatter(argument, (template, object) =>
        formatJson(findByJsonPath(template, object)),
      );
    case 'jsonpath-file':
      return jsonPathFormatter(
        await readTemplate(argument, context),
        evaluateJsonPath,
      );
    default:
      throw new CliError(
        `output format '${output}' is not supported; use ${OUTPUT_FORMATS}`,
      );
  }
}

/** Keys stand in the order of their names. */
function formatYaml(object: object): string {
  return stringify(object, YAML);
}

function formatJson(value: unknown): string {
  return `${JSON.stringify(value, sortKeys, 4)}\n`;
}

function splitOnce(output: string): [string, string | undefined] {
  const at = output.indexOf('=');
  return at < 0
    ? [output, undefined]
    : [output.slice(0, at), output.slice(at + 1)];
}

async function readTemplate(
  file: string | undefined,
  { workingDirectory }: Pick<CliContext, 'workingDirectory'>,
): Promise<string> {
  if (!file) {
    throw new CliError('jsonpath-file needs a file: -o jsonpath-file=FILE');
  }
  return readFile(resolve(workingDirectory, file), 'utf8').catch(error => {
    throw new CliError(`cannot read ${file}: ${error.message}`);
  });
}

function jsonPathFormatter(
  template: string | undefined,
  evaluate: (template: readonly TemplateNode[], object: unknown) => string,
): Formatter {
  if (!template) {
    throw new CliError(
      "jsonpath needs a template: -o jsonpath='{.metadata.name}'",
    );
  }
  try {
    const parsed = parseJsonPath(template);
    return object => evaluate(parsed, object);
  } catch (error) {
    if (error instanceof JsonPathError) {
      throw new CliError(`jsonpath: ${error.message}`);
    }
    throw error;
  }
}

function formatNames(object: NamedResource & { items?: unknown }): string {
  const items = Array.isArray(object.items)
    ? (object.items as NamedResource[])
    : [object];
  return items.map(item => `${resourceName(item)}\n`).join('');
}
