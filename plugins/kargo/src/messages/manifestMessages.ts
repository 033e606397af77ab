/** Manifests that are shown and edited. */
export const manifestMessages = {
  manifest: {
    title: 'Manifest',
    show: 'Show what is stored',
    edit: 'Edit',
    editTitle: 'Edit {{kind}} {{name}}',
    save: 'Save',
    create: 'Create',
    createMenu: 'Create',
    createProject: 'Create project',
    createTitle: 'Create {{kind}}',
    showChanges: 'Show what changes',
    unchanged: 'Nothing changes yet.',
    empty: 'There is nothing to save.',
    notAllowed: 'You may not manage this project.',
    delete: 'Delete',
    deleteTitle: 'Delete {{kind}} {{name}}?',
    deleteText:
      'This cannot be taken back. What it made outside of the portal stays as it is.',
  },
} as const;
