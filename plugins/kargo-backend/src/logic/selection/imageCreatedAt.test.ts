import {
  imageCreatedAt,
  ImageTimes,
  indexCreatedAt,
  IndexTimes,
} from './imageCreatedAt';
import { findInstant, formatInstant } from './instant';

const CREATED = 'org.opencontainers.image.created';
const BUILD_DATE = 'org.label-schema.build-date';
const day = (date: string) => `${date}T00:00:00Z`;
const created = (date: string) => ({ [CREATED]: day(date) });

describe('imageCreatedAt', () => {
  it.each<[string, ImageTimes, string]>([
    [
      'lets an annotation win over later times',
      {
        annotations: created('2024-01-01'),
        labels: created('2024-05-01'),
        created: day('2024-06-01'),
      },
      '2024-01-01',
    ],
    [
      'distrusts a label older than the config, as one inherited from the base image',
      { labels: created('2019-01-01'), created: day('2024-06-01') },
      '2024-06-01',
    ],
    [
      'distrusts a config of 1970, as of a reproducible build',
      { labels: created('2024-05-01'), created: day('1970-01-01') },
      '2024-05-01',
    ],
    [
      'tries the older key when the newer holds no RFC 3339 time',
      {
        annotations: {
          [CREATED]: '2024-01-01',
          [BUILD_DATE]: day('2024-02-01'),
        },
      },
      '2024-02-01',
    ],
    [
      'takes the config when no claim can be read',
      {
        annotations: { [CREATED]: 'yesterday', [BUILD_DATE]: '2024' },
        created: day('2024-01-01'),
      },
      '2024-01-01',
    ],
    [
      'prefers the newer key',
      { labels: { [BUILD_DATE]: day('2024-02-01'), ...created('2024-01-01') } },
      '2024-01-01',
    ],
    [
      'takes the config when nothing is claimed',
      { created: day('2024-03-01') },
      '2024-03-01',
    ],
    ['knows no time without any of them', {}, '0001-01-01'],
    [
      'counts a broken config time as none',
      { created: 'yesterday' },
      '0001-01-01',
    ],
  ])('%s', (_name, times, expected) => {
    expect(formatInstant(imageCreatedAt(times))).toBe(day(expected));
  });
});

describe('indexCreatedAt', () => {
  const child = (date: string, annotations?: Record<string, string>) => ({
    createdAt: findInstant(day(date))!,
    annotations,
  });

  it.each<[string, IndexTimes, string]>([
    [
      "lets the index's annotation win over newer images",
      {
        annotations: created('2024-01-01'),
        images: [child('2024-02-01'), child('2024-03-01')],
      },
      '2024-01-01',
    ],
    [
      "lets an entry's annotation win over its image",
      {
        images: [
          child('2024-09-01', created('2024-02-01')),
          child('2024-03-01'),
        ],
      },
      '2024-03-01',
    ],
    [
      "takes the newest of what entries and images say, not an image's time that its entry corrects",
      {
        images: [
          child('2024-09-01', created('2024-01-01')),
          child('2024-02-01'),
        ],
      },
      '2024-02-01',
    ],
    [
      'takes the newest image',
      { images: [child('2024-02-01'), child('2024-03-01')] },
      '2024-03-01',
    ],
    [
      'wherever it stands',
      { images: [child('2024-03-01'), child('2024-02-01')] },
      '2024-03-01',
    ],
    ['knows no time without images', { images: [] }, '0001-01-01'],
  ])('%s', (_name, times, expected) => {
    expect(formatInstant(indexCreatedAt(times))).toBe(day(expected));
  });
});
