import { describe, expect, it } from 'vitest';
import { fill, fillAddress } from '../../../src/config/fill.js';
import { planRollout } from '../../../src/config/rollout.js';
import { configSchema, type Fleet } from '../../../src/config/schema.js';

const member = (name: string, values: Record<string, string> = {}) => ({ name, values: { name, ...values } });

const fleetOf = (settings: object): Fleet =>
  configSchema.parse({
    fleets: { f: { database: { env: 'URL' }, members: { list: [] }, stages: [{ migrate: 'm' }], ...settings } },
  }).fleets['f']!;

describe('the address of a member', () => {
  it.each([
    ['postgres://u@{host}/{name}', 'postgres://u@db.example/a%2Fb'],
    ["host={host} dbname='x' user={name}", "host='db.example' dbname='x' user='a/b'"],
  ])('%s', (template, filled) => {
    expect(fillAddress(template, { ...member('a/b', { host: 'db.example' }) }, 'URL')).toBe(filled);
  });

  it('takes a value for nothing else than the part it stands for', () => {
    expect(fillAddress('postgres://u@h/{name}', member('x?options=-c role=admin'), 'URL')).toBe(
      'postgres://u@h/x%3Foptions%3D-c%20role%3Dadmin',
    );
    expect(fillAddress('dbname={name}', member("x' host='evil"), 'URL')).toBe("dbname='x\\' host=\\'evil'");
  });

  it('names a column that is not there', () => {
    expect(() => fill('{host}', member('acme'), 'tenants.database')).toThrow('names the column "host", and acme has name');
  });
});

describe('waves', () => {
  const members = [
    member('a', { region: 'eu', size: '30' }),
    member('b', { region: 'us', size: '4' }),
    member('c', { region: 'eu', size: '5' }),
    member('d'),
    member('e', { region: 'us', size: '100' }),
  ];
  const plan = (waves: object[], choice = {}, settings = {}) =>
    planRollout({ name: 'f', fleet: fleetOf({ waves, ...settings }) }, members, choice);
  const names = (waves: object[], choice = {}) =>
    plan(waves, choice).map((wave) => `${wave.settings.name}: ${wave.members.join(' ')}`);

  it('a member goes with the first wave that takes it and has room, the rest in a last one', () => {
    expect(
      names([
        { name: 'canary', orderBy: 'size', limit: 2 },
        { name: 'eu', match: { region: 'eu' } },
        { name: 'nobody', match: { region: 'asia' } },
      ]),
    ).toEqual(['canary: b c', 'eu: a', 'rest: d e']);
  });

  it('a choice takes members or a wave, and refuses names that are not there', () => {
    const waves = [{ name: 'eu', match: { region: ['eu', 'asia'] } }];
    expect(names(waves, { only: ['c', 'e'] })).toEqual(['eu: c', 'rest: e']);
    expect(names(waves, { wave: 'eu' })).toEqual(['eu: a c']);
    expect(() => names(waves, { only: ['x'] })).toThrow('the fleet f has no member "x"');
    expect(() => names(waves, { wave: 'us' })).toThrow('the fleet f has no wave "us"');
  });

  it('one failure stops an early wave, twenty the last one, where nothing is said', () => {
    const stops = (settings = {}) => plan([{ name: 'canary', limit: 1 }], {}, settings).map((wave) => wave.settings.stopAfter);
    expect(stops()).toEqual([{ failed: 1 }, { failed: 20 }]);
    expect(stops({ stopAfter: { percent: 2 } })).toEqual([{ percent: 2 }, { percent: 2 }]);
  });
});
