/** Every rule of the pack. */
import type { Policies } from "@pulumi/policy";
import {
  alarmHasAction,
  alarmHasRunbook,
  clusterReportsItsContainers,
  silenceIsBreaching,
  topicHasSubscriber,
  topicOfEventsHasPolicy,
  topicTakesAlarmsAndEvents,
} from "./alarms.ts";
import { accessIsLogged, bucketIsEncrypted, bucketIsPrivate, loadBalancerWaitsForItsBucket } from "./buckets.ts";
import {
  drainOutlastsARequest,
  orderFitsItsVisibility,
  queueHidesLongEnough,
  stopOutlastsWhatIsUnderWay,
} from "./budgets.ts";
import {
  aliasIsCovered,
  attachmentIsNotPositional,
  attachmentIsValidated,
  certificateIsReplacedFirst,
  listenerShowsValidated,
  routedHostIsCovered,
  validationFailsSoon,
} from "./certificates.ts";
import {
  containerIsEssential,
  definitionIsKept,
  imageIsNamedByDigest,
  logGroupExists,
  logsHaveAnEnd,
  rootIsReadOnly,
  userIsNotRoot,
} from "./containers.ts";
import { endpointLetsContainersIn, layersPassTheirEndpoint } from "./endpoints.ts";
import { stoppedContainersAreTold } from "./events.ts";
import {
  attachedPolicyIsNarrow,
  attachmentIsNotExclusive,
  containersMayMakeTheirCalls,
  policyHasNoWildcard,
  roleIsAssumedByName,
  rolePolicyHasNoWildcard,
} from "./iam.ts";
import { registryForgets, registryKeepsWhatRuns, tagsAreImmutable } from "./images.ts";
import { httpRedirects, recordTakesNothingOver, targetGroupIsAutoNamed, tlsIsModern } from "./listeners.ts";
import {
  containersHaveAWayOut,
  groupHasNoInlineRules,
  groupRuleIsOfOneKind,
  loadBalancerReachesContainers,
  publicIngressIsWebAlone,
  zoneHasAWayOutOfItsOwn,
} from "./network.ts";
import {
  deadLettersOutlastTheirQueue,
  deadLettersRaiseAlarm,
  orderIsTriedAgain,
  queueHasDeadLetterQueue,
  queueIsEncrypted,
} from "./queues.ts";
import { certificatesFitLoadBalancer, namesFitCertificate, rulesFitLoadBalancer } from "./quotas.ts";
import {
  breakerRollsBack,
  capacityIsKept,
  loadBalancerAsksAsTheContainersDo,
  scalingOwnsTheCount,
  serviceWaitsForItsListener,
  startHasGrace,
  updateWaitsUntilSteady,
} from "./services.ts";
import { loadBalancerIsProtected, queueIsProtected, registryIsProtected } from "./state.ts";

export const rules: Policies = [
  // iam
  rolePolicyHasNoWildcard,
  policyHasNoWildcard,
  roleIsAssumedByName,
  attachedPolicyIsNarrow,
  attachmentIsNotExclusive,
  containersMayMakeTheirCalls,
  // network
  publicIngressIsWebAlone,
  groupHasNoInlineRules,
  groupRuleIsOfOneKind,
  containersHaveAWayOut,
  loadBalancerReachesContainers,
  zoneHasAWayOutOfItsOwn,
  endpointLetsContainersIn,
  layersPassTheirEndpoint,
  // queues
  queueIsEncrypted,
  queueHasDeadLetterQueue,
  orderIsTriedAgain,
  deadLettersOutlastTheirQueue,
  deadLettersRaiseAlarm,
  // budgets
  orderFitsItsVisibility,
  queueHidesLongEnough,
  stopOutlastsWhatIsUnderWay,
  drainOutlastsARequest,
  // containers
  imageIsNamedByDigest,
  rootIsReadOnly,
  userIsNotRoot,
  containerIsEssential,
  definitionIsKept,
  logGroupExists,
  logsHaveAnEnd,
  // services
  breakerRollsBack,
  capacityIsKept,
  updateWaitsUntilSteady,
  startHasGrace,
  loadBalancerAsksAsTheContainersDo,
  serviceWaitsForItsListener,
  scalingOwnsTheCount,
  // images
  tagsAreImmutable,
  registryKeepsWhatRuns,
  registryForgets,
  // certificates
  certificateIsReplacedFirst,
  validationFailsSoon,
  listenerShowsValidated,
  attachmentIsValidated,
  routedHostIsCovered,
  aliasIsCovered,
  attachmentIsNotPositional,
  // listeners
  tlsIsModern,
  httpRedirects,
  targetGroupIsAutoNamed,
  recordTakesNothingOver,
  // buckets
  bucketIsEncrypted,
  bucketIsPrivate,
  accessIsLogged,
  loadBalancerWaitsForItsBucket,
  // alarms
  alarmHasAction,
  alarmHasRunbook,
  silenceIsBreaching,
  clusterReportsItsContainers,
  topicTakesAlarmsAndEvents,
  topicHasSubscriber,
  topicOfEventsHasPolicy,
  stoppedContainersAreTold,
  // state
  queueIsProtected,
  registryIsProtected,
  loadBalancerIsProtected,
  // quotas
  certificatesFitLoadBalancer,
  rulesFitLoadBalancer,
  namesFitCertificate,
];
