import { describeUpdates } from './describeUpdates';

describe('describeUpdates', () => {
  it('names the path as configured and every key', () => {
    expect(
      describeUpdates('./src/x.yaml', [
        { key: 'image.tag', value: 'v2' },
        { key: 'chart', value: '1.10' },
        { key: 'n', value: 7 },
        { key: 'on', value: true },
      ]),
    ).toBe(
      'Updated ./src/x.yaml\n\n- image.tag: v2\n- chart: "1.10"\n- n: 7\n- on: true',
    );
  });
});
