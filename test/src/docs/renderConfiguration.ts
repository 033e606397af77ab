import { ConfigurationKey } from './configurationModel';

/** Writes the keys as tables, one for each group, in the order of the declaration. */
export function renderConfiguration(keys: readonly ConfigurationKey[]): string {
  return keys.flatMap(key => renderGroup(key, '')).join('\n\n');
}

function renderGroup(group: ConfigurationKey, parent: string): string[] {
  const path = pathOf(group, parent);
  const plain = group.keys.filter(({ keys }) => keys.length === 0);
  const groups = group.keys.filter(({ keys }) => keys.length > 0);
  return [
    `## \`${path}\``,
    group.description,
    ...(plain.length > 0 ? [renderTable(plain)] : []),
    ...groups.flatMap(each => renderGroup(each, path)),
  ];
}

function pathOf({ name, type }: ConfigurationKey, parent: string): string {
  return `${parent ? `${parent}.` : ''}${name}${type === 'list' ? '[]' : ''}`;
}

/** Aligned as the formatter of this repository does. */
function renderTable(keys: readonly ConfigurationKey[]): string {
  const rows = [
    ['Key', 'Type', 'Meaning'],
    ...keys.map(({ name, type, description, isSecret }) => [
      `\`${name}\``,
      `${type}${isSecret ? ' (secret)' : ''}`,
      description.replaceAll('|', '\\|'),
    ]),
  ];
  const widths = [0, 1, 2].map(column =>
    Math.max(...rows.map(row => row[column].length)),
  );
  const lines = rows.map(row =>
    row.map((cell, column) => cell.padEnd(widths[column])),
  );
  lines.splice(
    1,
    0,
    widths.map(width => '-'.repeat(width)),
  );
  return lines.map(line => `| ${line.join(' | ')} |`).join('\n');
}
