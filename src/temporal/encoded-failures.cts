import common = require('@temporalio/common');

/** Puts messages and stacks of failures into a payload, so that the codec encrypts them too. The SDK loads it by its path, with require. */
const failureConverter = new common.DefaultFailureConverter({ encodeCommonAttributes: true });

export = { failureConverter };
