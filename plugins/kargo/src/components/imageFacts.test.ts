import { freightArtifacts } from 'backstage-plugin-kargo-common';
import { imageFacts } from './imageFacts';

const facts = (annotations?: Record<string, string>) =>
  imageFacts(
    freightArtifacts({
      images: [
        {
          repoURL: 'ghcr.io/acme/web',
          tag: '1.0.0',
          digest: 'sha256:abc',
          ...(annotations && { annotations }),
        },
      ],
    })[0],
  );

describe('what is known of an image', () => {
  it('is its digest, and what it says of its making', () => {
    expect(
      facts({
        'org.opencontainers.image.created': '2026-03-01T10:00:00Z',
        'org.opencontainers.image.source': 'https://git.example.com/web',
      }),
    ).toEqual({
      digest: 'sha256:abc',
      builtAt: '2026-03-01T10:00:00Z',
      sourceURL: 'https://git.example.com/web',
    });
  });

  it.each([
    ['2026-03-01T10:00:00Z', true],
    ['2026-03-01T10:00:00.123456789Z', true],
    ['2026-03-01T10:00:00+05:30', true],
    // As a program that prints a time of its own writes it.
    ['2026-03-01 10:00:00 +0000 UTC', false],
    ['2026-03-01 10:00:00', false],
    ['2026-03-01T10:00:00', false],
    ['2026-03-01T99:00:00Z', false],
    ['Sun, 01 Mar 2026 10:00:00 GMT', false],
    ['1772359200', false],
    ['yesterday', false],
  ])('takes %s for a moment: %s', (created, isTaken) => {
    expect(facts({ 'org.opencontainers.image.created': created })).toEqual({
      digest: 'sha256:abc',
      ...(isTaken && { builtAt: created }),
    });
  });

  it('leaves out what is no page', () => {
    expect(
      facts({ 'org.opencontainers.image.source': 'ssh://git.example.com/web' }),
    ).toEqual({ digest: 'sha256:abc' });
    expect(facts()).toEqual({ digest: 'sha256:abc' });
  });

  it('is nothing of a chart', () => {
    const [chart] = freightArtifacts({
      charts: [{ repoURL: 'https://charts.example.com', version: '1.0.0' }],
    });
    expect(imageFacts(chart)).toEqual({});
  });
});
