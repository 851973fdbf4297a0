"""Whether an answer has a shape (shapes.py), said precisely."""
import re

from shapes import RESOURCES, Maybe, OneOf

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z")
TEXTS = {"uuid": UUID, "iso": ISO, "event_id": re.compile(r"evt_\d{13}-\d+\Z"),
         "dec3": re.compile(r"-?\d+\.\d{3}\Z"), "dec2": re.compile(r"-?\d+\.\d{2}\Z"),
         "decimal": re.compile(r"\d+(\.\d+)?\Z"), "text": re.compile(r"(?s).+\Z"),
         "jwt": re.compile(r"[\w-]+\.[\w-]+\.[\w-]+\Z"), "str": re.compile(r"(?s).*\Z")}


ISO_TIMES = False  # the older revision: strings where the newer has epoch seconds


def older_time(value):
    return isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z",
                                               value) is not None


def whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def fits(kind, value):
    if kind in TEXTS:
        return isinstance(value, str) and TEXTS[kind].match(value) is not None
    return {"int": lambda: whole(value),
            "num": lambda: whole(value) or isinstance(value, float),
            "bool": lambda: isinstance(value, bool), "true": lambda: value is True,
            "false": lambda: value is False, "null": lambda: value is None,
            "obj": lambda: isinstance(value, dict), "any": lambda: True,
            "second": lambda: whole(value) and 10 ** 9 < value < 10 ** 11,
            "time": lambda: older_time(value) if ISO_TIMES else whole(value) and 10 ** 9 < value < 10 ** 11}[kind]()


def brief(value):
    text = repr(value)
    return text if len(text) < 80 else text[:77] + "..."


def misfits(shape, value, at="answer"):
    """What is wrong with it, a list of sentences; empty when nothing is."""
    if isinstance(shape, Maybe):
        return [] if value is None else misfits(shape.shape, value, at)
    if isinstance(shape, dict):
        return misfits_object(shape, value, at)
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{at} is no array: {brief(value)}"]
        return [m for i, item in enumerate(value) for m in misfits(shape[0], item, f"{at}[{i}]")]
    if isinstance(shape, OneOf):
        good = value in shape.words if value is not None else shape.null
        return [] if good else [f"{at} is {brief(value)}, not one of {shape.words}"]
    if shape == "resource":
        kind = value.get("object") if isinstance(value, dict) else None
        if kind not in RESOURCES:
            return [f"{at} is no known resource: {brief(value)}"]
        return misfits(RESOURCES[kind], value, at)
    if shape.startswith("="):
        return [] if value == shape[1:] else [f"{at} is {brief(value)}, not {shape[1:]!r}"]
    if shape.endswith("?") and value is None:
        return []
    return [] if fits(shape.rstrip("?"), value) else [f"{at} is {brief(value)}, not {shape}"]


def misfits_object(shape, value, at):
    if not isinstance(value, dict):
        return [f"{at} is no object: {brief(value)}"]
    wrong, known = [], set()
    for key, inner in shape.items():
        name = key.strip("+?")
        known.add(name)
        if name in value:
            wrong += misfits(inner, value[name], f"{at}.{name}")
        elif not key.endswith("?"):
            wrong.append(f"{at}.{name} is missing")
    wrong += [f"{at}.{name} is not documented: {brief(value[name])}"
              for name in value if name not in known]
    for name in value:  # an amount and its decimal twin say the same
        twin = value.get(name + "_decimal")
        if twin is not None and fits("dec3", twin) and value[name] != int(twin.replace(".", "")):
            wrong.append(f"{at}.{name}_decimal {twin} is not {value[name]}")
    return wrong


SNAKE, CAMEL = re.compile(r"[a-z][a-z0-9_]*\Z"), re.compile(r"[a-z][a-zA-Z0-9]*\Z")
FREE = ("metadata", "payment_session_headers", "result", "error", "validation",
        "previous_attributes", "specifications")


def misnamed(value, naming, exceptions=()):
    """Member names that are not in the surface's style."""
    if isinstance(value, list):
        return [n for item in value for n in misnamed(item, naming, exceptions)]
    if not isinstance(value, dict):
        return []
    if "orderId" in value:  # an order keeps its own style wherever it is
        naming, exceptions = "camel", (*exceptions, "shippingAddress")
    style, wrong = (SNAKE if naming == "snake" else CAMEL), []
    for name, inner in value.items():
        if name in exceptions:
            continue
        if not style.match(name):
            wrong.append(name)
        if name not in FREE:
            wrong += misnamed(inner, naming, exceptions)
    return wrong


def look(value, path):
    """Every value at a dotted path, `*` standing for each item of an array."""
    found = [value]
    for step in path.split("."):
        if step == "*":
            found = [item for f in found if isinstance(f, list) for item in f]
        else:
            found = [f[step] for f in found if isinstance(f, dict) and step in f]
    return found
