"""Runs the calls of calls/*.json with AWS CLI, boto3's waiters and paginators, and botocore's validator; prints what differs."""

import contextlib
import io
import json
import os
import shlex
import sys
from pathlib import Path
from string import Template

import boto3
from botocore.validate import ParamValidator
from awscli.clidriver import create_clidriver

from creates import problems

# What the fixture made, and what calls gave that have an "as".
NAMES = json.loads(os.environ["FIXTURE"])
FOLDER = Path(__file__).with_name("calls")
# In this order, as the last calls of containers begin another deployment.
GROUPS = ["logs", "metrics", "network", "messages", "identity", "names", "containers"]

# What of the last answer is not valid.
INVALID = []
DRIVER = create_clidriver()


def is_iam(model):
    return model.service_model.service_name == "iam"


def judged(parsed, model, http_response, **_):
    """Answers have to be as the service's model says, where AWS CLI would not notice."""
    shape = model.output_shape
    if http_response.status_code >= 300 or shape is None or model.has_streaming_output:
        return
    answer = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    report = ParamValidator().validate(answer, shape)
    if report.has_errors():
        INVALID.append(report.generate_report())


EVENTS = DRIVER.session.get_component("event_emitter")
# IAM's policy documents are decoded at `after-call.iam`: before that they are as they came.
EVENTS.register_first("after-call.iam", judged)
EVENTS.register("after-call", lambda model, **more: is_iam(model) or judged(model=model, **more))


def filled(text):
    return Template(text).safe_substitute(NAMES)


def aws(line):
    """The exit code, the output and the error of one command of AWS CLI."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = DRIVER.main(shlex.split(line) + ["--output", "json"])
        except SystemExit as stopped:
            code = stopped.code
    return code, out.getvalue(), err.getvalue()


def differs(call):
    """What is wrong with a call, or None."""
    INVALID.clear()
    code, out, err = aws(filled(call["aws"]))
    if INVALID:
        return f"the answer is not valid by AWS's model: {INVALID}"
    if "refused" in call:
        wanted = filled(call["refused"])
        return None if code and wanted in err else f"expected a refusal with {wanted}, found {out or err}"
    if code:
        return err.strip()
    if "text" in call:
        return None if filled(call["text"]) in out else f"expected {call['text']} in {out}"
    found = json.loads(out) if out.strip() else None
    if "as" in call:
        NAMES[call["as"]] = found
        return None if isinstance(found, str) else f"expected a text, found {out}"
    wanted = json.loads(filled(json.dumps(call["is"])))
    return None if found == wanted else f"expected {json.dumps(wanted)}, found {json.dumps(found)}"


def waiters():
    """boto3's waiters end at once, and its paginators read all pages."""
    ecs, acm, elb = boto3.client("ecs"), boto3.client("acm"), boto3.client("elbv2")
    fast = {"Delay": 1, "MaxAttempts": 20}
    ecs.get_waiter("services_stable").wait(cluster="main", services=["app"], WaiterConfig=fast)
    acm.get_waiter("certificate_validated").wait(CertificateArn=NAMES["certificate"], WaiterConfig=fast)
    elb.get_waiter("load_balancer_available").wait(LoadBalancerArns=[NAMES["balancer"]], WaiterConfig=fast)
    sqs = boto3.client("sqs")
    for letter in "abc":
        sqs.create_queue(QueueName=f"paged-{letter}")
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix="paged-", PaginationConfig={"PageSize": 2})
    sizes = [len(page["QueueUrls"]) for page in pages]
    if sizes != [2, 1]:
        raise AssertionError(f"list_queues: expected pages of 2 and 1, found {sizes}")


def creates():
    """botocore's model allows every create call of a region, and does find what is wrong."""
    asked = json.load(sys.stdin)
    wrong = {"type": "aws:ecs/service:Service", "name": "control", "inputs": {"name": "app", "desiredCount": "three"}}
    control = problems([wrong], asked["calls"])
    if len(control) != 1 or "desiredCount, value: three" not in control[0]:
        raise AssertionError(f"expected one problem of the control, found {control}")
    found = problems(asked["resources"], asked["calls"])
    if found or len(asked["resources"]) < 100:
        raise AssertionError(f"{len(asked['resources'])} resources: " + "; ".join(found))


def main():
    failed = 0
    calls = [call for group in GROUPS for call in json.loads((FOLDER / f"{group}.json").read_text())]
    for call in calls:
        problem = differs(call)
        if problem:
            failed += 1
            print(f"aws {call['aws']}\n  {problem}")
    checks = [waiters, creates]
    for check in checks:
        try:
            check()
        except Exception as error:
            failed += 1
            print(f"{check.__name__}: {error}")
    print(f"{len(calls) + len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
