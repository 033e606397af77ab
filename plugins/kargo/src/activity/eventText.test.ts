import { eventText } from './eventText';

it.each([
  ['Promotion Succeeded', 'Promotion Succeeded'],
  [
    'Promotion Failed: failed: the window is closed',
    'Promotion Failed: the window is closed',
  ],
  ['Promotion Failed: failed', 'Promotion Failed'],
  [
    'Promotion Errored: step "push" met error threshold of 3: error running step "push": no such branch',
    'Promotion Errored: no such branch',
  ],
  [
    'Freight was approved for Stage "uat"',
    'Freight was approved for Stage "uat"',
  ],
])('of “%s” is shown “%s”', (message, shown) => {
  expect(eventText({ message })).toBe(shown);
});
