/** docs/tables.md runs as written. */
import { pages } from "./documents.ts";
import { testPages } from "./testPages.ts";

testPages(pages.filter(({ name }) => name === "docs/tables.md"));
