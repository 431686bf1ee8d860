/** Every rule of the pack. */
import type { Policies, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import {
  alarmHasAction,
  alarmHasRunbook,
  alarmNotifiesTopicOfItsStack,
  alarmWatchesResourceOfStack,
  clusterReportsItsContainers,
  missingDataIsBreaching,
  topicAcceptsAlarmsAndEvents,
  topicHasSubscriber,
  topicKeyLetsServicesPublish,
  topicOfEventsHasPolicy,
} from "./fargate/alarms.ts";
import { authorityRenewsEarly, signedCertificateRenewsEarly } from "./fargate/authority.ts";
import {
  accessIsLogged,
  bucketAbortsUploads,
  bucketIsEncrypted,
  bucketIsPrivate,
  loadBalancerWaitsForItsBucket,
} from "./fargate/buckets.ts";
import {
  aliasIsCovered,
  attachmentIsValidated,
  certificateIsReplacedFirst,
  firstNameFits,
  listenerShowsValidated,
  nameIsOnOneCertificate,
  routedHostIsCovered,
  validationFailsSoon,
} from "./fargate/certificates.ts";
import {
  containerIsEssential,
  healthIsChecked,
  imageIsNamedByDigest,
  logDeliveryIsExplicit,
  logGroupExists,
  logRetentionIsSet,
  rootIsReadOnly,
  secretIsNotPlain,
  taskDefinitionIsKept,
  userIsNotRoot,
} from "./fargate/containers.ts";
import { endpointLetsContainersIn, s3EndpointAllowsImageLayers } from "./fargate/endpoints.ts";
import { freeTextIsNotQuoted, stoppedContainersAreNotified, unsentEventIsKept } from "./fargate/events.ts";
import { associationIsDeletedFirst, loadBalancerHasFirewall } from "./fargate/firewall.ts";
import {
  attachedPolicyIsNarrow,
  attachmentIsNotExclusive,
  executionMayFetchSecrets,
  policyHasNoWildcard,
  roleIsAssumedByName,
  rolePolicyHasNoWildcard,
} from "./fargate/iam.ts";
import { imageMatchesCpuArchitecture, registryHasLifecyclePolicy, tagsAreImmutable } from "./fargate/images.ts";
import {
  httpRedirects,
  recordTakesNothingOver,
  targetGroupIsAutoNamed,
  targetsSpeakTls,
  tlsIsModern,
} from "./fargate/listeners.ts";
import {
  containersHaveEgress,
  egressIsDescribable,
  groupHasNoInlineRules,
  groupIsDescribable,
  groupRuleIsOfOneKind,
  ingressIsDescribable,
  loadBalancerReachesContainers,
  publicIngressIsWebAlone,
} from "./fargate/network.ts";
import * as options from "./fargate/options.ts";
import {
  deadLetterQueueHasAlarm,
  deadLetterRetentionIsLongEnough,
  orderIsRetried,
  queueHasDeadLetterQueue,
  queueIsEncrypted,
} from "./fargate/queues.ts";
import { namesFitCertificate, targetGroupsFitService, valuesFitRule } from "./fargate/quotas.ts";
import {
  autoscalingOwnsDesiredCount,
  capacityIsKept,
  circuitBreakerRollsBack,
  healthCheckGracePeriodIsSet,
  healthCheckPathIsTheContainers,
  serviceWaitsForItsListener,
  updateWaitsUntilSteady,
} from "./fargate/services.ts";
import { loadBalancerIsProtected, queueIsProtected, registryIsProtected } from "./fargate/state.ts";
import {
  egressOpensOnePort,
  endpointsAreThere,
  ingressOpensOnePort,
  routesAreOfOneKind,
  serviceIsInZonesOfLoadBalancer,
  subnetsHoldARollOut,
} from "./fargate/subnets.ts";
import { ordersAreAuthenticated } from "./order-queue/authentication.ts";
import {
  drainOutlastsARequest,
  idleIsShorterThanKeepAlive,
  retriesFitVisibilityTimeout,
  stopTimeoutOutlastsWorkInProgress,
  visibilityTimeoutIsLongEnough,
} from "./order-queue/budgets.ts";
import { attachmentIsNotPositional } from "./order-queue/certificates.ts";
import { roleIsDeclared, sidecarMemoryIsLimited } from "./order-queue/containers.ts";
import {
  bucketPolicyIsComplete,
  bucketTakesAccessLogs,
  endpointPolicyIsComplete,
  executionMayPullAndLog,
  queuePolicyIsComplete,
  queueTakesFromNamedSources,
  rolePolicyIsComplete,
  taskCanAssumeItsRole,
  topicConditionsAreMet,
  topicPolicyIsComplete,
  trustIsComplete,
} from "./order-queue/documents.ts";
import { firewallCountsWhatItMatches, firewallIsWatched, ordersPassFirewall } from "./order-queue/firewall.ts";
import { containersMayMakeTheirCalls, roleHasBoundary } from "./order-queue/iam.ts";
import { registryKeepsRunningImages } from "./order-queue/images.ts";
import {
  alarmCanFire,
  alarmEndIsNotified,
  alarmMetricExists,
  dashboardShowsWhatExists,
  scalingMetricExists,
} from "./order-queue/metrics.ts";
import { eachZoneHasItsNatGateway } from "./order-queue/network.ts";
import { filterMatchesLines, patternMatchesEvents, templateFindsItsValues } from "./order-queue/patterns.ts";
import { certificatesFitLoadBalancer, rulesFitLoadBalancer } from "./order-queue/quotas.ts";
import * as serviceContainers from "./order-queue/service-containers.ts";
import * as serving from "./order-queue/serving.ts";
import * as sizes from "./order-queue/sizes.ts";
import * as watched from "./order-queue/watched.ts";

type Rule = ResourceValidationPolicy | StackValidationPolicy;

/** The rules that a file exports, beside its functions. */
function rulesIn(module: object): Rule[] {
  return Object.values(module).filter((one): one is Rule => typeof one === "object" && "enforcementLevel" in one);
}

export const rules: Policies = [
  // iam
  rolePolicyHasNoWildcard,
  policyHasNoWildcard,
  roleIsAssumedByName,
  roleHasBoundary,
  attachedPolicyIsNarrow,
  attachmentIsNotExclusive,
  containersMayMakeTheirCalls,
  executionMayFetchSecrets,
  ordersAreAuthenticated,
  // network
  publicIngressIsWebAlone,
  groupHasNoInlineRules,
  groupRuleIsOfOneKind,
  groupIsDescribable,
  ingressIsDescribable,
  egressIsDescribable,
  containersHaveEgress,
  loadBalancerReachesContainers,
  eachZoneHasItsNatGateway,
  endpointLetsContainersIn,
  s3EndpointAllowsImageLayers,
  // queues
  queueIsEncrypted,
  queueHasDeadLetterQueue,
  orderIsRetried,
  deadLetterRetentionIsLongEnough,
  deadLetterQueueHasAlarm,
  // budgets
  retriesFitVisibilityTimeout,
  visibilityTimeoutIsLongEnough,
  stopTimeoutOutlastsWorkInProgress,
  drainOutlastsARequest,
  idleIsShorterThanKeepAlive,
  // containers
  roleIsDeclared,
  sidecarMemoryIsLimited,
  imageIsNamedByDigest,
  rootIsReadOnly,
  userIsNotRoot,
  containerIsEssential,
  healthIsChecked,
  secretIsNotPlain,
  taskDefinitionIsKept,
  logDeliveryIsExplicit,
  logGroupExists,
  logRetentionIsSet,
  // services
  circuitBreakerRollsBack,
  capacityIsKept,
  updateWaitsUntilSteady,
  healthCheckGracePeriodIsSet,
  healthCheckPathIsTheContainers,
  serviceWaitsForItsListener,
  autoscalingOwnsDesiredCount,
  // images
  tagsAreImmutable,
  registryKeepsRunningImages,
  registryHasLifecyclePolicy,
  imageMatchesCpuArchitecture,
  // certificates
  certificateIsReplacedFirst,
  firstNameFits,
  validationFailsSoon,
  listenerShowsValidated,
  attachmentIsValidated,
  routedHostIsCovered,
  aliasIsCovered,
  attachmentIsNotPositional,
  nameIsOnOneCertificate,
  // listeners
  tlsIsModern,
  httpRedirects,
  targetGroupIsAutoNamed,
  targetsSpeakTls,
  recordTakesNothingOver,
  // firewall
  loadBalancerHasFirewall,
  ordersPassFirewall,
  firewallIsWatched,
  firewallCountsWhatItMatches,
  associationIsDeletedFirst,
  // buckets
  bucketAbortsUploads,
  bucketIsEncrypted,
  bucketIsPrivate,
  accessIsLogged,
  loadBalancerWaitsForItsBucket,
  // authority
  authorityRenewsEarly,
  signedCertificateRenewsEarly,
  // alarms
  alarmHasAction,
  alarmHasRunbook,
  missingDataIsBreaching,
  alarmWatchesResourceOfStack,
  alarmNotifiesTopicOfItsStack,
  topicKeyLetsServicesPublish,
  clusterReportsItsContainers,
  topicAcceptsAlarmsAndEvents,
  topicHasSubscriber,
  topicOfEventsHasPolicy,
  stoppedContainersAreNotified,
  unsentEventIsKept,
  freeTextIsNotQuoted,
  // state
  queueIsProtected,
  registryIsProtected,
  loadBalancerIsProtected,
  // quotas
  certificatesFitLoadBalancer,
  rulesFitLoadBalancer,
  namesFitCertificate,
  targetGroupsFitService,
  valuesFitRule,
  // subnets
  egressOpensOnePort,
  endpointsAreThere,
  ingressOpensOnePort,
  routesAreOfOneKind,
  serviceIsInZonesOfLoadBalancer,
  subnetsHoldARollOut,
  // documents
  bucketPolicyIsComplete,
  bucketTakesAccessLogs,
  endpointPolicyIsComplete,
  executionMayPullAndLog,
  queuePolicyIsComplete,
  queueTakesFromNamedSources,
  rolePolicyIsComplete,
  taskCanAssumeItsRole,
  topicConditionsAreMet,
  topicPolicyIsComplete,
  trustIsComplete,
  // metrics
  alarmCanFire,
  alarmEndIsNotified,
  alarmMetricExists,
  dashboardShowsWhatExists,
  scalingMetricExists,
  // patterns
  filterMatchesLines,
  patternMatchesEvents,
  templateFindsItsValues,
  ...rulesIn(options),
  ...rulesIn(serviceContainers),
  ...rulesIn(serving),
  ...rulesIn(sizes),
  ...rulesIn(watched),
];
