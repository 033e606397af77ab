import { describeAsk } from './openApiDocument';
import { Route } from '../server/route';

/** Order and titles of the sections; the key is the first part of the path that tells areas apart. */
const AREAS: Array<[string, string]> = [
  ['resources', 'Manifests in bulk'],
  ['projects', 'Projects'],
  ['warehouses', 'Warehouses'],
  ['freight', 'Freight'],
  ['stages', 'Stages'],
  ['promotions', 'Promotions'],
  ['definitions', 'Tasks, templates and runs'],
  ['credentials', 'Credentials and ConfigMaps'],
  ['system', 'The installation'],
  ['roles', 'Not available'],
];

/**
 * The part of the API's reference page that the table of routes knows: every operation,
 * what it needs, and the events of the audit log.
 */
export function createApiReference(routes: readonly Route[]): string {
  const sections = AREAS.map(([area, title]) => {
    const members = routes.filter(route => areaOf(route) === area);
    return [
      `### ${title}`,
      '',
      '| Operation | What it does | Needs |',
      '| --- | --- | --- |',
      ...members.map(operationRow),
    ].join('\n');
  });
  return [...sections, auditSection(routes)].join('\n\n');
}

function operationRow(route: Route): string {
  const parameters = Object.keys(route.query.shape).map(name => `\`${name}\``);
  const summary =
    parameters.length > 0
      ? `${route.summary}. Parameters: ${parameters.join(', ')}`
      : route.summary;
  const needs = describeAsk(route)
    .replace(/^Needs /, '')
    .replace(/\.$/, '');
  return `| \`${route.method.toUpperCase()} ${
    route.path
  }\` | ${summary} | ${needs} |`;
}

function areaOf({ path, answers }: Route): string {
  if ('501' in answers) {
    return 'roles';
  }
  const parts = path.split('/').slice(1);
  if (parts[0] === 'resources') {
    return 'resources';
  }
  if (/credentials|configmaps/.test(path)) {
    return 'credentials';
  }
  if (parts[0] === 'system') {
    return 'system';
  }
  if (/-(tasks|templates|runs)/.test(path)) {
    return 'definitions';
  }
  if (path.includes('/promotions')) {
    return 'promotions';
  }
  const area = parts[2] ?? 'projects';
  return AREAS.some(([name]) => name === area) ? area : 'projects';
}

function auditSection(routes: readonly Route[]): string {
  const actions = new Map<string, Set<string>>();
  for (const { audit } of routes) {
    if (audit) {
      const types = actions.get(audit.eventId) ?? new Set();
      actions.set(audit.eventId, types.add(audit.actionType));
    }
  }
  return [
    '## Audit events',
    '',
    'Every request that changes something is an event of the audit log, whether it succeeds, fails or is refused. `meta` has the kind of action, the parts of the path, the parameters, and what was written; bodies are never logged.',
    '',
    '| `eventId` | `meta.actionType` |',
    '| --- | --- |',
    ...[...actions]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([id, types]) =>
          `| \`${id}\` | ${[...types].map(type => `\`${type}\``).join(', ')} |`,
      ),
  ].join('\n');
}
