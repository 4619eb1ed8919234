/** The version of this library, as package.json has it (a test holds them together). A leaf. */
export const version = "0.1.0";
