/** Password of the admin account of {@link CLI_PORTAL_CONFIG}. */
export const CLI_ADMIN_PASSWORD = 'correct horse';

/** Configuration of a portal that people log in to in every way there is. */
export const CLI_PORTAL_CONFIG = {
  kargo: {
    api: {
      adminAccount: {
        passwordHash:
          '$2b$04$EqQzvMnBOk1aP37yYWk/D.E9N3FKY7QwKgkUaYIkoUHi/PyznN.aW',
        tokenSigningKey: 'what tokens of the admin are signed with',
      },
    },
  },
};
