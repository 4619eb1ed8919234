/** The pages of docs/, but for the long ones, which have files of their own so that they run beside these. */
import { pages } from "./documents.ts";
import { testPages } from "./testPages.ts";

testPages(pages.filter(({ name }) => name !== "docs/in-an-app.md" && name !== "docs/tables.md"));
