"""What botocore's ParamValidator says of the create call that the provider makes of each resource of a region."""

import json
import re

import botocore.session
from botocore.validate import ParamValidator

# Parameters that no property holds: the provider fills them in (terraform-provider-aws, the file of each resource).
FILLED_IN = {
    "route53 ChangeResourceRecordSets": ['ChangeBatch.Changes[0]: "Action"'],
    "sns SetTopicAttributes": ['input: "AttributeName"'],
    "sqs SetQueueAttributes": ['input: "Attributes"'],
    "elbv2 AddListenerCertificates": ['input: "Certificates"'],
    "s3 PutPublicAccessBlock": ['input: "PublicAccessBlockConfiguration"'],
}


def leaves(value, path=(), indices=()):
    """Every value that has none inside, with its path and its places in lists."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from leaves(inner, (*path, name), indices)
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path[:-1], path[-1] + "[]"), (*indices, index))
    elif value is not None:
        yield path, indices, value


def renamed(path, names):
    """The path at the API: the longest name that it begins with is replaced."""
    text = ".".join(path)
    for name in sorted(names, key=len, reverse=True):
        if text == name or re.match(re.escape(name) + r"[.\[{]", text):
            return (names[name] + text[len(name) :]).split(".")
    return list(path)


def member(shape, name):
    return next((own for own in shape.members if own.lower() == name.lower()), None)


def fits(value):
    """A list or an object, or a document of one."""
    return not isinstance(value, str) or value.startswith(("[", "{"))


def converted(value, shape):
    """As the provider sends it: texts of attributes are numbers in Pulumi, documents are text."""
    if shape.type_name in ("list", "structure") and isinstance(value, str):
        return json.loads(value)
    if shape.type_name == "string" and isinstance(value, (bool, int, float)):
        return str(value).lower()
    if shape.type_name in ("integer", "long") and isinstance(value, str) and value.isdigit():
        return int(value)
    return value


def put(container, shape, tokens, indices, value):
    """Puts a value where its path leads; False where the call has no such parameter."""
    if not tokens:
        return None
    token = tokens[0]
    if shape.type_name == "list" and shape.member.type_name == "structure" and not token.startswith("[]"):
        # A map of Pulumi is a list of pairs.
        key, own = member(shape.member, "Key") or member(shape.member, "Name"), member(shape.member, "Value")
        if not key or not own:
            return place(container, shape, 0, tokens, indices, value)
        container.append({key: token, own: value})
        return True
    if shape.type_name == "map":
        container[token] = converted(value, shape.value)
        return True
    if shape.type_name == "list":
        return place(container, shape, indices[0] if indices else 0, tokens[1:], indices[1:], value)
    if shape.type_name != "structure":
        return False
    name, lists = re.match(r"([^\[{]*)(.*)", token).groups()
    own = member(shape, name)
    if own is None:
        return False
    rest = ([lists] if lists else []) + tokens[1:]
    inner = shape.members[own]
    if not rest:
        if inner.type_name == "map" or (inner.type_name in ("list", "structure") and not fits(value)):
            return False
        container[own] = converted(value, inner)
        return True
    empty = [] if inner.type_name == "list" else {}
    fresh = own not in container
    done = put(container.setdefault(own, empty), inner, rest, indices, value)
    if fresh and not container[own]:
        del container[own]
    return done


def place(container, shape, index, rest, indices, value):
    if not rest:
        container.append(converted(value, shape.member))
        return True
    while len(container) <= index:
        container.append({})
    return put(container[index], shape.member, rest, indices, value)


def parameters(shape, inputs, names):
    """The parameters of a call that a resource's properties give."""
    made = {}
    for path, indices, value in leaves(inputs):
        tokens = renamed(path, names)
        count = sum("[]" in token for token in tokens)
        aligned = ((0,) * count + indices)[-count:] if count else ()
        put(made, shape, tokens, aligned, value)
    return made


def problems(resources, calls):
    """A line for each parameter that AWS's model excludes."""
    session, found = botocore.session.get_session(), []
    for resource in resources:
        how = calls.get(resource["type"], {"calls": []})
        for call in how["calls"][:1]:
            service, operation = call.split(" ")
            shape = session.get_service_model(service).operation_model(operation).input_shape
            made = parameters(shape, resource["inputs"], how.get("names", {}))
            report = ParamValidator().validate(made, shape)
            for line in report.generate_report().splitlines():
                if not any(line.startswith(f'Missing required parameter in {one}') for one in FILLED_IN.get(call, ())):
                    found.append(f'{resource["type"]} {resource["name"]}: {call}: {line}')
    return found
