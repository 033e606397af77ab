import { aStage } from '../../dev/testing/builders';
import { stageColor } from './stageColor';

it.each<[string, string | undefined, string | undefined]>([
  ['a name of the palette', 'amber', '#e78a00'],
  ['a name in capitals', 'Red', '#ED204E'],
  ['a colour of CSS', '#123abc', '#123abc'],
  ['a name of CSS', 'rebeccapurple', 'rebeccapurple'],
  ['a function of CSS', 'rgb(10 20 30 / 50%)', 'rgb(10 20 30 / 50%)'],
  ['nothing', undefined, undefined],
  ['an empty text', ' ', undefined],
  ['what is more than a colour', 'url(https://example.org/x)', undefined],
])('draws %s', (_, color, expected) => {
  const stage = aStage('test');
  expect(
    stageColor({
      metadata: {
        ...stage.metadata,
        annotations:
          color === undefined ? {} : { 'kargo.akuity.io/color': color },
      },
    }),
  ).toBe(expected);
});
