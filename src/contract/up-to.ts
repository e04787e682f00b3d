import { counted } from '../text/counted.js';

/** What a deploy says once the applied set is proved. @param to the version that it ends with */
export function verifiedText(to: string | undefined): string {
  return `verified: the applied set is the files${to === undefined ? '' : ` up to ${to}`}`;
}

/** Of a deploy that ends with a version: what it leaves. Nothing for a deploy of everything. */
export function leftText(to: string | undefined, left: number): string {
  return to === undefined
    ? ''
    : `, up to ${to}; ${left === 0 ? 'nothing comes after it' : `${counted(left, 'migration')} ${left === 1 ? 'stays' : 'stay'} pending`}`;
}
