"""Rules of PACK.xsd 1.7 and of packchk for a pack of software components, in our own words.

They cover the elements that we write; another element or attribute is a fault. packchk itself is in
none of the registries that the tests use.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TEXT = r"(?s).*"
FILLED = r"(?s).*\S.*"
NAME = r"[-_A-Za-z0-9]+"
SCHEMA_VERSION = r"\d+\.\d+(\.\d+)?"
COMPONENT_VERSION = r"(0|[1-9]\d*)\.\d+(\.\d+)?(-[0-9A-Za-z.-]+)?"
PACK_VERSION = r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?"
PART = r"(?=.{2,32}$)[A-Za-z0-9][A-Za-z0-9_+()'/\-\s.]+"
SUB = r"(?=.{0,32}$)([A-Za-z0-9][A-Za-z0-9_+():/\- .]*)?"
CATEGORY = "doc|header|include|library|object|source|sourceC|sourceCpp|sourceAsm|image|other"


@dataclass(frozen=True)
class Rule:
    """What one element may hold: its text, its attributes, its children and how often."""

    text: str = r"\s*"
    required: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, tuple[int, int]] = field(default_factory=dict)


MANY = 10_000
_IDENTITY = {"Cclass": PART, "Cgroup": PART}
RULES = {
    "package": Rule(
        required={"schemaVersion": SCHEMA_VERSION},
        optional={"{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation": TEXT},
        children={
            "vendor": (1, 1), "name": (1, 1), "description": (1, 1), "url": (1, 1),
            "license": (0, 1), "requirements": (0, 1), "releases": (1, 1), "keywords": (0, 1),
            "conditions": (0, 1), "taxonomy": (0, 1), "components": (0, 1),
        },
    ),
    "vendor": Rule(NAME),
    "name": Rule(NAME),
    "url": Rule(r"|https://\S+"),
    "license": Rule(FILLED),
    "requirements": Rule(children={"languages": (0, 1)}),
    "languages": Rule(children={"language": (1, MANY)}),
    "language": Rule(required={"name": FILLED, "version": FILLED}),
    "releases": Rule(children={"release": (1, MANY)}),
    "release": Rule(FILLED, {"version": PACK_VERSION}, {"date": r"\d{4}-\d\d-\d\d"}),
    "keywords": Rule(children={"keyword": (1, MANY)}),
    "keyword": Rule(FILLED),
    "conditions": Rule(children={"condition": (1, MANY)}),
    "condition": Rule(
        required={"id": FILLED}, children={"description": (0, 1), "require": (0, MANY)}
    ),
    "require": Rule(optional={**_IDENTITY, "Csub": SUB}),
    "taxonomy": Rule(children={"description": (1, MANY)}),
    "components": Rule(children={"component": (1, MANY)}),
    "component": Rule(
        required={**_IDENTITY, "Cversion": COMPONENT_VERSION},
        optional={"Csub": SUB, "condition": FILLED},
        children={
            "description": (1, 1), "RTE_Components_h": (0, 1), "Pre_Include_Global_h": (0, 1),
            "files": (1, 1),
        },
    ),
    "RTE_Components_h": Rule(FILLED),
    "Pre_Include_Global_h": Rule(FILLED),
    "files": Rule(children={"file": (1, MANY)}),
    "file": Rule(
        required={"category": CATEGORY, "name": FILLED},
        optional={"attr": "config|template|interface", "select": FILLED, "version": TEXT},
    ),
}  # fmt: skip
_TAXON = Rule(FILLED, {"Cclass": PART}, {"Cgroup": PART})
_DESCRIPTION = Rule(FILLED)


def faults(pdsc: str, name: str, files: Mapping[str, object]) -> list[str]:
    """What is wrong with the description ``name`` of a pack that holds ``files``."""
    root = ET.fromstring(pdsc)
    if root.tag != "package":
        return ["the root is no package"]
    return [*_element(root, "package"), *_meaning(root, name, files)]


def _element(element: ET.Element, path: str) -> Iterator[str]:
    rule = RULES.get(element.tag)
    if element.tag == "description":
        rule = _TAXON if "/taxonomy/" in path else _DESCRIPTION
    if rule is None:
        yield f"{path}: no such element"
        return
    if not re.fullmatch(rule.text, element.text or ""):
        yield f"{path}: text {element.text!r}"
    yield from (f"{path}: {fault}" for fault in _attributes(element.attrib, rule))
    tags = [child.tag for child in element]
    for tag, (least, most) in rule.children.items():
        if not least <= tags.count(tag) <= most:
            yield f"{path}: {tags.count(tag)} times {tag}"
    for child in element:
        if child.tag not in rule.children:
            yield f"{path}: {child.tag} is not allowed"
        yield from _element(child, f"{path}/{child.tag}")


def _attributes(attributes: Mapping[str, str], rule: Rule) -> Iterator[str]:
    for name in rule.required.keys() - attributes.keys():
        yield f"no {name}"
    for name, value in attributes.items():
        pattern = {**rule.required, **rule.optional}.get(name)
        if pattern is None or not re.fullmatch(pattern, value):
            yield f"{name}={value!r}"


def _meaning(root: ET.Element, name: str, files: Mapping[str, object]) -> Iterator[str]:
    """What packchk checks beyond the schema: names, references, and that every file is there."""
    if name != f"{root.findtext('vendor')}.{root.findtext('name')}.pdsc":
        yield f"{name}: not named after vendor and name"
    if root.findtext("license") not in files:
        yield "the licence is not in the pack"
    conditions = {condition.get("id") for condition in root.iter("condition")}
    identities = [_identity(component) for component in root.iter("component")]
    if len(set(identities)) != len(identities):
        yield "two components are one"
    for component in root.iter("component"):
        if component.get("condition") not in (None, *conditions):
            yield f"no condition {component.get('condition')!r}"
    for required in root.iter("require"):
        if _identity(required) not in identities:
            yield f"no component {_identity(required)}"
    for file in root.iter("file"):
        yield from _file(str(file.get("name")), file.get("category") == "include", files)


def _file(path: str, is_folder: bool, files: Mapping[str, object]) -> Iterator[str]:
    inside = path.endswith("/") and any(name.startswith(path) for name in files)
    if path not in files and not inside:
        yield f"{path}: not in the pack"
    if is_folder != path.endswith("/"):
        yield f"{path}: an include path ends with /"


def _identity(element: ET.Element) -> tuple[str | None, ...]:
    return tuple(element.get(name) for name in ("Cclass", "Cgroup", "Csub"))
