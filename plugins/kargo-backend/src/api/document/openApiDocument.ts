import { z } from 'zod';
import { isList } from '../server/parseQuery';
import { Route } from '../server/route';
import { SchemaName, SCHEMAS } from '../server/schemas';

type Json = Record<string, unknown>;

const DESCRIPTIONS: Record<string, string> = {
  200: 'Done',
  201: 'Created',
  204: 'Deleted',
  207: 'Done in part; errors says what could not be done',
  501: 'Not available',
};

/** The OpenAPI 3.1 document of the API, made from the table of routes. */
export function createOpenApiDocument(
  routes: readonly Route[],
  version: string,
): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method]: describeOperation(route),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kargo for Backstage',
      version,
      description:
        'Served below /api/kargo/v1beta1 of the portal. Every error is an object of the schema Error.',
    },
    servers: [{ url: '/api/kargo/v1beta1' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: componentSchemas(),
    },
  };
}

function describeOperation(route: Route): Json {
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: describeAsk(route),
    tags: [tagOf(route.path)],
    parameters: [...pathParameters(route.path), ...queryParameters(route)],
    ...(route.body && { requestBody: requestBody(route) }),
    responses: responses(route),
    ...(route.ask.scope === 'nobody' && { security: [] }),
  };
}

/** What is asked of the caller, in one sentence. */
export function describeAsk({ ask, alsoAsks = [] }: Route): string {
  const inside = alsoAsks.map(({ name }) => `\`${name}\``).join(', ');
  const also = inside ? `, and what applies of ${inside}` : '';
  switch (ask.scope) {
    case 'nobody':
      return 'Needs no token.';
    case 'anyone':
      return `Needs a token${also}.`;
    case 'any':
      return `Needs a token, and what applies of ${ask.permissions
        .map(({ name }) => `\`${name}\``)
        .join(', ')}.`;
    case 'basic':
      return `Needs \`${ask.permission.name}\`.`;
    default:
      return `Needs \`kargo.project.read\`${
        ask.permission ? ` and \`${ask.permission.name}\`` : ''
      }${also}.`;
  }
}

function tagOf(path: string): string {
  const [first, , third] = path.slice(1).split('/');
  return first === 'projects' ? third ?? 'projects' : first;
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: Route): Json[] {
  return Object.entries(query.shape).map(([name, field]) => {
    const schema = field as z.ZodType;
    return {
      name,
      in: 'query',
      required: !schema.safeParse(undefined).success,
      ...(schema.description && { description: schema.description }),
      ...(isList(schema) && { explode: true }),
      schema: toSchema(schema),
    };
  });
}

function toSchema(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  });
  return rest;
}

function requestBody({ body }: Route): Json {
  if (body === 'manifests') {
    return {
      required: true,
      content: {
        'application/yaml': {
          schema: { type: 'string', description: 'Documents between ---' },
        },
        'application/json': {
          schema: {
            description: 'One resource or a list of them',
            anyOf: [
              { type: 'object' },
              { type: 'array', items: { type: 'object' } },
            ],
          },
        },
      },
    };
  }
  const name = Object.entries(SCHEMAS).find(
    ([, schema]) => schema === body?.schema,
  )?.[0];
  return {
    required: true,
    content: { 'application/json': { schema: reference(name as SchemaName) } },
  };
}

function responses({ answers, query }: Route): Json {
  const isWatchable = 'watch' in query.shape;
  return {
    ...Object.fromEntries(
      Object.entries(answers).map(([status, name]) => [
        status,
        {
          description: DESCRIPTIONS[status],
          ...(name && { content: answerContent(name, isWatchable) }),
        },
      ]),
    ),
    default: {
      description: 'An error',
      content: { 'application/json': { schema: reference('Error') } },
    },
  };
}

function answerContent(name: SchemaName, isWatchable: boolean): Json {
  return {
    'application/json': { schema: reference(name) },
    ...(isWatchable && {
      'text/event-stream': {
        schema: {
          type: 'string',
          description:
            'With watch=true: one data frame {type, object} per change',
        },
      },
    }),
  };
}

function reference(name: SchemaName): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** Schemas that refer to each other by name; what they share without a name is moved here. */
function componentSchemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(SCHEMAS)) {
    if (!registry.has(schema)) {
      registry.add(schema, { id });
    }
  }
  const { schemas } = z.toJSONSchema(registry, {
    uri: id => `#/components/schemas/${id}`,
    unrepresentable: 'any',
  });
  const { __shared: shared, ...named } = schemas as Record<string, Json>;
  const all = {
    ...named,
    ...Object.fromEntries(
      Object.entries((shared?.$defs ?? {}) as Record<string, Json>).map(
        ([id, schema]) => [`Shared_${id}`, schema],
      ),
    ),
  };
  // A reference into the shared part is written as a path inside another document.
  const text = JSON.stringify(all).replaceAll(
    '#/components/schemas/__shared#/$defs/',
    '#/components/schemas/Shared_',
  );
  return withoutIdentifiers(JSON.parse(text));
}

/** `$id` and `$schema` would make every schema a document of its own. */
function withoutIdentifiers(schemas: Record<string, Json>): Json {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { $id: _, $schema: __, ...rest } = schema;
      return [name, rest];
    }),
  );
}
