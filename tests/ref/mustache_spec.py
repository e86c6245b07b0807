#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mustache_spec.py SPECS OUT: cases of the Mustache specification for tests/pa-render.t

Writes to the folder OUT, for every case of the modules comments, interpolation, sections and
inverted in which a flat table makes sense, N.template, N.csv, N.expected, and a line of OUT/cases:
N, how to run it (row, all or miss), module and name.  An object of plain values is one row; a list
of such objects is the rows of --all, and its name in the template becomes "rows".  Left out: nested
objects, dotted names, lists of plain values, a root that is no object, and what names a row's field
where there is no row.  A case whose template
uses a name that the data lack is "miss": pa-render refuses it on purpose.
"""
import csv
import json
import os
import re
import sys


def plain(value):
    return value is None or isinstance(value, (bool, int, float, str))


def text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def convert(case):
    """(mode, template, rows) or None"""
    data, template = case["data"], case["template"]
    if not isinstance(data, dict) or re.search(r"\{\{[{&#^/]?\s*\w+\.\w", template):
        return None
    used = set(re.findall(r"\{\{[{&#^/]?\s*(\w+)", template))
    if all(plain(v) for v in data.values()):
        mode = "row" if used <= set(data) else "miss"
        return mode, template, [data or {"unused": 1}]
    lists = [k for k, v in data.items() if isinstance(v, list)]
    if len(data) != 1 or len(lists) != 1 or not all(isinstance(v, dict) for v in data[lists[0]]):
        return None
    if re.search(r"\{\{\^\s*%s\s*\}\}\{\{" % lists[0], template):
        return None
    template = re.sub(r"(\{\{[#^/]\s*)%s\b" % lists[0], r"\1rows", template)
    return "all", template, data[lists[0]]


def main(specs, out):
    number = 0
    with open(os.path.join(out, "cases"), "w") as cases:
        for module in "comments interpolation sections inverted".split():
            with open(os.path.join(specs, module + ".json"), encoding="utf-8") as f:
                tests = json.load(f)["tests"]
            for case in tests:
                result = convert(case)
                if not result:
                    continue
                mode, template, rows = result
                number += 1
                base = os.path.join(out, str(number))
                with open(base + ".template", "w", encoding="utf-8", newline="") as f:
                    f.write(template)
                with open(base + ".expected", "w", encoding="utf-8", newline="") as f:
                    f.write(case["expected"])
                with open(base + ".csv", "w", encoding="utf-8", newline="") as f:
                    names = list(rows[0]) if rows else ["n"]
                    table = csv.writer(f, lineterminator="\n", quoting=csv.QUOTE_ALL)
                    table.writerow(names)
                    table.writerows([text(row[name]) for name in names] for row in rows)
                cases.write("%d %s %s: %s\n" % (number, mode, module, case["name"]))


main(*sys.argv[1:])
