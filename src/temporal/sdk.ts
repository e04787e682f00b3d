/** What is loaded only when Temporal is spoken to. A file of ours, because what `import()` gives for CommonJS differs between Node, tsx and a bundle. */
export { Client, Connection } from '@temporalio/client';
export { loadClientConnectConfig } from '@temporalio/envconfig';
