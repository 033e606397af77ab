/**
 * Fields of subscriptions in older releases, by type, and the fields that took their place.
 * The names of constraints were swapped in Kargo 1.9, filters of tags taken out in 1.11.
 *
 * @public
 */
export const OLDER_FIELDS: {
  readonly [type: string]: { readonly [older: string]: string };
} = {
  image: {
    semverConstraint: 'constraint',
    allowTags: 'allowTagsRegexes',
    ignoreTags: 'ignoreTagsRegexes',
  },
  git: {
    constraint: 'semverConstraint',
    allowTags: 'allowTagsRegexes',
    ignoreTags: 'ignoreTagsRegexes',
  },
  chart: { constraint: 'semverConstraint' },
};
