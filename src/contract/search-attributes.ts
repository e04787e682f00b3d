import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Typed keys of the five search attributes; see {@link SEARCH_ATTRIBUTES} for their registration. */
export const targetKey = defineSearchAttributeKey('PawlTarget', SearchAttributeType.KEYWORD);
export const environmentKey = defineSearchAttributeKey('PawlEnvironment', SearchAttributeType.KEYWORD);
export const stateKey = defineSearchAttributeKey('PawlState', SearchAttributeType.KEYWORD);
export const releaseKey = defineSearchAttributeKey('PawlRelease', SearchAttributeType.KEYWORD);
export const blockedOnKey = defineSearchAttributeKey('PawlBlockedOn', SearchAttributeType.KEYWORD);
