"""Reads claims as claim-format.md says, and checks itself against vectors/. Run: python3 spec/decode.py"""
import hashlib
import json
import pathlib
import re
import sys

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LIMIT = 2**24


class Refused(Exception):
    """Its argument is the code: claim_malformed or layout_unknown."""


def require(condition, code="claim_malformed"):
    if not condition:
        raise Refused(code)


def decode_body(body):
    """The runs [from, to) of places that a body holds, ascending."""
    require(re.fullmatch("[A-Za-z0-9_-]+", body))
    bits = "".join(format(ALPHABET.index(character), "06b") for character in body)
    require(bits[:2] != "11")
    runs, following = [], 0
    if bits[:2] == "00":
        require(bits[:6] == "000000" and (body == "A" or not body.endswith("A")))
        runs = [(run.start() - 6, run.end() - 6) for run in re.finditer("1+", bits)]
    elif bits[:2] == "01":
        for gap in numbers(bits, 6, [int(bits[2:6], 2)]):
            following += gap + 1
            runs.append((runs.pop()[0] if runs and gap == 0 else following - 1, following))
    else:
        require(len(bits) > 10)
        values = list(numbers(bits, 10, [int(bits[2:6], 2), int(bits[6:10], 2)]))
        require(values and len(values) % 2 == 0 and 0 not in values[2::2])
        for not_held, held_less_one in zip(values[::2], values[1::2]):
            following += not_held + held_less_one + 1
            runs.append((following - held_less_one - 1, following))
    require(not runs or runs[-1][1] <= LIMIT)
    return runs


def numbers(bits, at, parameters):
    """The numbers from a bit on, up to the padding: Rice of one parameter, or Exp-Golomb of two in turn."""
    while (zero := bits.find("0", at)) >= 0:
        ones, parameter = zero - at, parameters[0]
        parameters = parameters[1:] + parameters[:1]
        at = zero + 1 + parameter + (ones if len(parameters) == 2 else 0)
        require(at <= len(bits))
        low = bits[zero + 1 : at]
        yield (ones << parameter) + int("0" + low, 2) if len(parameters) == 1 else int("1" + low, 2) - 2**parameter
    require(len(bits) - at < 6)


def generation_id(audience, lineage, generations):
    text = json.dumps(["claimgen-layout-1", audience, lineage, *generations], ensure_ascii=False, separators=(",", ":"))
    text = re.sub("[\ud800-\udfff]", lambda lone: "\\u%04x" % ord(lone[0]), text)
    digest = int.from_bytes(hashlib.sha256(text.encode()).digest()[:5], "big") >> 4
    return "".join(ALPHABET[digest >> shift & 63] for shift in range(30, -1, -6))


def read_claim(layout, claim):
    """The names held, in the order of their places, how the claim relates to the layout, and its as-of or None."""
    if isinstance(claim, list):
        require(all(isinstance(name, str) for name in claim))
        units = [name.encode("utf-16-be", "surrogatepass") for name in claim]
        require(units == sorted(set(units)))
        known = [name for lineage in layout["lineages"] for g in lineage for name in g["permissions"]]
        held = [name for name in dict.fromkeys(known) if name in claim and name not in layout["withdrawn"]]
        return held, "current" if set(claim) <= set(known) else "newer", None
    parts = isinstance(claim, str) and re.fullmatch(r"((?:[A-Za-z0-9_-]{6})+)\.([^.]*)(?:\.([A-Za-z0-9_-]{6}))?", claim)
    require(parts)
    ids = re.findall("......", parts[1])
    found = [n for n, lineage in enumerate(layout["lineages"]) if lineage and lineage[0]["id"] == ids[0]]
    require(found, "layout_unknown")
    lineage = layout["lineages"][found[0]]
    shared = 0
    while shared < min(len(ids), len(lineage)) and ids[shared] == lineage[shared]["id"]:
        shared += 1
    names = [name for g in lineage[:shared] for name in g["permissions"]]
    runs = decode_body(parts[2])
    require(shared < len(ids) or not runs or runs[-1][1] <= len(names))
    held = [names[place] for start, end in runs for place in range(start, min(end, len(names)))]
    unknown, missing = shared < len(ids), shared < len(lineage)
    newer, older = unknown or found[0] > layout["active"], missing or found[0] < layout["active"]
    relation = "forked" if unknown and missing else "newer" if newer else "older" if older else "current"
    return [name for name in held if name not in layout["withdrawn"]], relation, parts[3] and read_as_of(parts[3])


def read_as_of(text):
    """Milliseconds since 1970, and whether the issuer read every part itself."""
    units = int("".join(format(ALPHABET.index(character), "06b") for character in text), 2)
    return units * 62.5, units % 2 == 1


def outcome(read, *inputs):
    try:
        return read(*inputs)
    except Refused as refusal:
        return str(refusal)


def main():
    folder = pathlib.Path(__file__).parent / "vectors"
    bodies, ids, claims, names = (json.loads((folder / f"{n}.json").read_text()) for n in ("bodies", "ids", "claims", "names"))
    cases = []
    for v in bodies["accepted"] + bodies["refused"]:
        cases.append((v, outcome(decode_body, v["body"]), [*map(tuple, v["runs"])] if "runs" in v else "claim_malformed"))
    for v in ids["ids"]:
        for k, name in enumerate(v["ids"]):
            cases.append((v, generation_id(v["audience"], v["lineage"], v["generations"][: k + 1]), name))
    for v in claims["read"] + names["read"] + claims["refused"] + names["refused"]:
        as_of = (v["asOf"], v["isReadByIssuer"]) if "asOf" in v else None
        expected = v["code"] if "code" in v else (v["held"], v["relation"], as_of)
        cases.append((v, outcome(read_claim, claims["layouts"][v["layout"]], v["claim"]), expected))
    failed = [case for case in cases if case[1] != case[2]]
    for vector, got, expected in failed:
        print(f"differs: {vector['note']}: {got!r}, not {expected!r}")
    print(f"{len(cases) - len(failed)} of {len(cases)} vectors pass")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
