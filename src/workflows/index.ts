/** The workflow bundle: everything exported here can be started by its name. */
export { deploy } from './deploy.js';
export { answer as 'pawl.answer' } from './answer.js';
export { front as 'pawl.deploy' } from './front.js';
export { verify as 'pawl.verify' } from './verify.js';
export { fleet } from './fleet.js';
