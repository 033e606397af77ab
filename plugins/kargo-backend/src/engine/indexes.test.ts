import { AnySubscriptionType } from 'backstage-plugin-kargo-node';
import { indexesWith } from './indexes';

/** Characters that the database keeps of a version. */
const LONGEST = 63;

describe('the version of the indexes', () => {
  const version = (...ids: string[]) =>
    indexesWith(new Map(ids.map(id => [id, {} as AnySubscriptionType])))
      .version;

  it('changes with the types of subscriptions that extensions add', () => {
    const versions = [version(), version('npm'), version('npm', 'maven')];
    expect(new Set(versions).size).toBe(3);
  });

  it('does not depend on the order of extensions', () => {
    expect(version('npm', 'maven')).toBe(version('maven', 'npm'));
  });

  it('is as long as the database keeps, however many there are', () => {
    const ids = [...Array(50).keys()].map(index => `type-${index}`);
    expect(version(...ids).length).toBeLessThanOrEqual(LONGEST);
  });
});
