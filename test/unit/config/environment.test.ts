import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../src/config/environment.js';
import { deployTitle, deployWorkflowId, parseWorkflowId, releaseQueue, type DeployName } from '../../../src/contract/names.js';

describe('which environment is deployed to', () => {
  it('is what the configuration says, else PAWL_ENVIRONMENT, else none', () => {
    expect(environmentOf({ environment: 'production' }, { PAWL_ENVIRONMENT: 'staging' })).toBe('production');
    expect(environmentOf({ environment: { env: 'STAGE' } }, { STAGE: 'staging', PAWL_ENVIRONMENT: 'x' })).toBe('staging');
    expect(environmentOf({}, { PAWL_ENVIRONMENT: 'staging' })).toBe('staging');
    expect(environmentOf(undefined, { PAWL_ENVIRONMENT: 'staging' })).toBe('staging');
    expect(environmentOf({}, {})).toBeUndefined();
    expect(environmentOf({}, { PAWL_ENVIRONMENT: '' })).toBeUndefined();
  });

  it('is refused where the variable that is named is not set, or holds no name', () => {
    expect(() => environmentOf({ environment: { env: 'STAGE' } }, {})).toThrow(/STAGE cannot be used/);
    expect(() => environmentOf({}, { PAWL_ENVIRONMENT: 'eu/west' })).toThrow(/PAWL_ENVIRONMENT cannot be used/);
  });
});

it.each([
  [{ target: 'orders' }, 'deploy/orders', 'pawl-abc', 'orders'],
  [{ target: 'orders', environment: 'staging' }, 'deploy/staging/orders', 'pawl-staging-abc', 'orders (staging)'],
] as const)('%j has ids and queues of its own', (name, id, queue, title) => {
  expect(deployWorkflowId(name)).toBe(id);
  expect(parseWorkflowId(id)).toEqual(name);
  expect(releaseQueue('abc', (name as DeployName).environment)).toBe(queue);
  expect(deployTitle(name)).toBe(title);
});

it.each([undefined, '', 'orders', 'deploy/', 'deploy/a/b/c', 'verify/a'])('%s is neither a deploy nor a rollout', (id) => {
  expect(parseWorkflowId(id)).toBeUndefined();
});
