import { npmPackages } from './npm-packages.mjs';

/** Nx Console's own reading of a workspace, as its MCP server packs it: no editor is needed for it. */
export const nxConsole = npmPackages('nx-console', { 'nx-mcp': '0.25.0' });
