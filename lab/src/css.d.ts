/** Stylesheets are imported for what Vite does with them. */
declare module "*.css";
