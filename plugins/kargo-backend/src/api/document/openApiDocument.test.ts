import { z } from 'zod';
import { createOpenApiDocument } from './openApiDocument';
import { ROUTES } from '../routes';

const Operation = z.looseObject({
  operationId: z.string(),
  summary: z.string().min(1),
  description: z.string().min(1),
  parameters: z.array(
    z.looseObject({
      name: z.string(),
      in: z.enum(['path', 'query']),
      required: z.boolean(),
      schema: z.looseObject({}),
    }),
  ),
  responses: z.looseObject({ default: z.looseObject({}) }),
});

const Document = z.looseObject({
  openapi: z.literal('3.1.0'),
  info: z.looseObject({ title: z.string(), version: z.literal('1.2.3') }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({
    schemas: z.record(z.string(), z.looseObject({})),
  }),
});

describe('createOpenApiDocument', () => {
  const document = createOpenApiDocument(ROUTES, '1.2.3');
  const { paths, components } = Document.parse(document);

  it('describes every route', () => {
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map(method => `${method} ${path}`),
    );
    expect(described.sort()).toEqual(
      ROUTES.map(({ method, path }) => `${method} ${path}`).sort(),
    );
  });

  it('refers only to schemas that are there', () => {
    const references = [
      ...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g),
    ].map(([, reference]) => reference);
    const known = Object.keys(components.schemas).map(
      name => `#/components/schemas/${name}`,
    );
    expect(references.length).toBeGreaterThan(100);
    expect(
      [...new Set(references)].filter(ref => !known.includes(ref)),
    ).toEqual([]);
  });

  it('has no schema that is a document of its own', () => {
    expect(JSON.stringify(document)).not.toMatch(/"\$(id|schema)":/);
  });

  it.each(ROUTES.map(route => [route.operationId, route]))(
    'names the variable parts of the path of %s',
    (_, route) => {
      const inPath = paths[route.path][route.method].parameters
        .filter(parameter => parameter.in === 'path')
        .map(parameter => `{${parameter.name}}`);
      expect(inPath).toEqual(route.path.match(/\{\w+\}/g) ?? []);
    },
  );

  it('says what a parameter is and whether it may be left out', () => {
    const { parameters } = paths['/projects/{project}/freight'].get;
    expect(parameters).toContainEqual(
      expect.objectContaining({
        name: 'origins',
        required: false,
        schema: expect.objectContaining({ type: 'array' }),
      }),
    );
    expect(
      paths['/projects/{project}/freight/{freight}/approve'].post.parameters,
    ).toContainEqual(
      expect.objectContaining({ name: 'stage', required: true }),
    );
  });
});
