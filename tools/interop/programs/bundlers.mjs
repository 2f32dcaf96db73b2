import { npmPackages } from './npm-packages.mjs';

/** The bundlers that programs with sops-codec are built with. */
export const bundlers = npmPackages('bundlers', {
  esbuild: '0.28.2',
  webpack: '5.113.0',
  rollup: '4.68.8',
  '@rollup/plugin-node-resolve': '16.0.3',
  '@rollup/plugin-commonjs': '29.0.3',
  '@rollup/plugin-json': '6.1.0',
  vite: '8.4.0',
  bun: '1.4.5',
});
