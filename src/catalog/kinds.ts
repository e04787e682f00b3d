import type { CatalogKind } from './kind.js';
import { accessMethodKind } from './kinds/access-method.js';
import { aggregate } from './kinds/aggregate.js';
import { baseType } from './kinds/base-type.js';
import { cast } from './kinds/cast.js';
import { check } from './kinds/check.js';
import { collationKind } from './kinds/collation.js';
import { columnKind } from './kinds/column.js';
import { comment } from './kinds/comment.js';
import { compositeType } from './kinds/composite-type.js';
import { conversion } from './kinds/conversion.js';
import { defaultPrivilege } from './kinds/default-privilege.js';
import { domain } from './kinds/domain.js';
import { enumType } from './kinds/enum.js';
import { eventTrigger } from './kinds/event-trigger.js';
import { exclusion } from './kinds/exclusion.js';
import { extension } from './kinds/extension.js';
import { foreignDataWrapper } from './kinds/foreign-data-wrapper.js';
import { foreignKey } from './kinds/foreign-key.js';
import { foreignServer } from './kinds/foreign-server.js';
import { functionKind } from './kinds/function.js';
import { grant } from './kinds/grant.js';
import { index } from './kinds/index.js';
import { key } from './kinds/key.js';
import { language } from './kinds/language.js';
import { materializedView } from './kinds/materialized-view.js';
import { operator } from './kinds/operator.js';
import { operatorClass } from './kinds/operator-class.js';
import { operatorFamily } from './kinds/operator-family.js';
import { policy } from './kinds/policy.js';
import { publication } from './kinds/publication.js';
import { rangeType } from './kinds/range-type.js';
import { rule } from './kinds/rule.js';
import { schema } from './kinds/schema.js';
import { securityLabel } from './kinds/security-label.js';
import { sequence } from './kinds/sequence.js';
import { setting } from './kinds/setting.js';
import { statistics } from './kinds/statistics.js';
import { subscription } from './kinds/subscription.js';
import { table } from './kinds/table.js';
import { textSearchConfiguration } from './kinds/text-search-configuration.js';
import { textSearchDictionary } from './kinds/text-search-dictionary.js';
import { textSearchParser } from './kinds/text-search-parser.js';
import { textSearchTemplate } from './kinds/text-search-template.js';
import { transform } from './kinds/transform.js';
import { trigger } from './kinds/trigger.js';
import { userMapping } from './kinds/user-mapping.js';
import { view } from './kinds/view.js';

/** Every kind, in the order in which they are read and reported: what others hang on comes first. */
export const KINDS: readonly CatalogKind[] = [
  schema,
  extension,
  language,
  accessMethodKind,
  collationKind,
  conversion,
  enumType,
  compositeType,
  rangeType,
  domain,
  baseType,
  table,
  view,
  materializedView,
  columnKind,
  key,
  foreignKey,
  check,
  exclusion,
  index,
  sequence,
  rule,
  functionKind,
  aggregate,
  trigger,
  eventTrigger,
  policy,
  cast,
  operator,
  operatorFamily,
  operatorClass,
  transform,
  textSearchParser,
  textSearchTemplate,
  textSearchDictionary,
  textSearchConfiguration,
  statistics,
  publication,
  subscription,
  foreignDataWrapper,
  foreignServer,
  userMapping,
  defaultPrivilege,
  setting,
  grant,
  comment,
  securityLabel,
];
