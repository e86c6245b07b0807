# SPDX-License-Identifier: MIT
"""torture.py DATA [--table] - pa-clean on the test files of ten CSV projects and of Pollock

DATA holds csv-torture and pollock.  A reader of thirty lines, below, says what RFC 4180 and
pa-formats(5) make of each file: its rows, or the line of its first error.  pa-clean must give the
same rows, or refuse the file naming that line.  Of Pollock (Vitagliano et al., PVLDB 16, 2023)
every file comes with its clean version, which a file that is read must agree with.

Prints TAP, one test for each project; with --table the table of tests/torture.md.
"""
import csv
import gzip
import io
import json
import os
import subprocess
import sys
import tarfile

LIMIT = 1 << 20


class Broken(Exception):
    def __init__(self, line, why):
        super().__init__(why)
        self.line = line


def fields_of(data, at, line, delim, tsv):
    """One row at data[at:]: its decoded fields, where the next begins, the next line's number."""
    row, first = [], line
    while True:
        text = bytearray()
        if not tsv and data[at : at + 1] == b'"':
            opened, at = line, at + 1
            while True:
                if at >= len(data):
                    raise Broken(opened, "the quote is never closed")
                c = data[at : at + 1]
                at += 1
                if c == b'"' and data[at : at + 1] == b'"':
                    text, at = text + b'"', at + 1
                elif c == b'"':
                    break
                else:
                    line += c == b"\n"
                    text += c
            if data[at : at + 1] not in (b"", delim, b"\n") and data[at : at + 2] != b"\r\n":
                raise Broken(opened, "text after a closing quote")
        while at < len(data) and data[at : at + 1] != delim and data[at : at + 1] != b"\n":
            c = data[at : at + 1]
            if c == b"\r" and data[at + 1 : at + 2] == b"\n":
                break
            if c == b"\r":
                raise Broken(line, "a lone CR")
            if c == b'"' and not tsv:
                raise Broken(line, "a quote within a field")
            if tsv and c == b"\\" and data[at + 1 : at + 2] in (b"t", b"n", b"r", b"\\"):
                text += {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"\\": b"\\"}[data[at + 1 : at + 2]]
                at += 2
                continue
            text += c
            at += 1
        if len(text) > LIMIT:
            raise Broken(first, "a long field")
        row.append(bytes(text))
        if data[at : at + 1] == delim:
            at += 1
            continue
        at += data[at : at + 1] == b"\r"
        return row, at + 1, line + 1


def rows_of(data, delim, tsv):
    """All rows, the header first; Broken(line) as pa-formats(5) has it."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if not data:
        raise Broken(0, "empty")
    if b"\0" in data:
        raise Broken(data[: data.index(b"\0")].count(b"\n") + 1, "a NUL")
    at, line, rows = 0, 1, []
    while at < len(data):
        first, blank = line, data[at : at + 1] == b"\n" or data[at : at + 2] == b"\r\n"
        row, at, line = fields_of(data, at, line, delim, tsv)
        if not rows and blank:
            raise Broken(1, "a blank header line")
        if rows and blank and len(rows[0]) > 1:
            continue
        if rows and len(row) != len(rows[0]):
            raise Broken(first, "another number of fields")
        rows.append(row)
        if len(rows) == 1 and len(set(row)) < len(row):
            raise Broken(1, "two columns of one name")
    return rows


def dialect_of(name, data):
    if name.endswith((".tsv", ".tsv.gz")):
        return b"\t", True
    if name.endswith((".csv", ".csv.gz")):
        return b",", False
    head = data.split(b"\n")[0]
    tsv = b"\t" in head and b"," not in head
    return (b"\t" if tsv else b","), tsv


def pa_clean(path, options=()):
    done = subprocess.run(
        ["pa-clean", "-q", "--to", "tsv", *options, path], capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def verdict(path, data, delim, tsv, options=()):
    """(what pa-clean did is right, "read" or "refused", what is wrong, rows)"""
    status, out, err = pa_clean(path, options)
    try:
        rows = rows_of(data, delim, tsv)
    except Broken as broken:
        named = broken.line == 0 or f":{broken.line}:" in err
        right = status == 1 and named
        return right, "refused", f"{err.strip()} (wanted line {broken.line}: {broken})", None
    if status:
        return False, "read", err.strip(), rows
    got = rows_of(out, b"\t", True)
    return got == rows, "read", "other rows", rows


def torture(folder):
    """Totals per project of csv-torture: project -> [read, refused, wrong names]."""
    total = {}
    for base, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if not name.lower().endswith((".csv", ".tsv", ".psv", ".gz", ".txt")) or name in ("SOURCE.txt", "README.txt"):
                continue
            path = os.path.join(base, name)
            data = open(path, "rb").read()
            if data[:2] == b"\x1f\x8b":
                data = gzip.decompress(data)
            delim, tsv = dialect_of(name, data)
            right, kind, why, _ = verdict(path, data, delim, tsv)
            project = os.path.relpath(path, folder).split(os.sep)[0]
            entry = total.setdefault(project, {"read": 0, "refused": 0, "wrong": []})
            entry[kind] += 1
            if not right:
                entry["wrong"].append(f"{os.path.relpath(path, folder)}: {why}")
    return total


def family(name):
    for word in ("row_more_sep", "row_less_sep", "row_extra_quote", "row_field_delimiter"):
        if name.startswith(word):
            return word
    return name[:-4]


def pollock(archive, scratch):
    total = {}
    with tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data") if hasattr(tarfile, "data_filter") else tar.extractall(scratch)
    root = os.path.join(scratch, "polluted_files")
    for name in sorted(os.listdir(os.path.join(root, "csv"))):
        path = os.path.join(root, "csv", name)
        data = open(path, "rb").read()
        parameters = json.load(open(os.path.join(root, "parameters", name + "_parameters.json")))
        delim = parameters["delimiter"].encode()
        options = [] if delim == b"," or len(delim) != 1 else ["-d", delim.decode()]
        delim = delim if len(delim) == 1 else b","
        right, kind, why, rows = verdict(path, data, delim, False, options)
        clean = open(os.path.join(root, "clean", name), newline="", encoding="utf-8").read()
        wanted = [[f.encode() for f in row] for row in csv.reader(io.StringIO(clean))]
        # What RFC 4180 cannot know: another quote or escape, preambles, several tables or header rows.
        agrees = rows is None or rows == wanted
        entry = total.setdefault(family(name), {"read": 0, "refused": 0, "wrong": [], "as clean": 0})
        entry[kind] += 1
        entry["as clean"] += rows is not None and agrees
        if not right:
            entry["wrong"].append(f"{name}: {why}")
    return total


def main():
    data, scratch = sys.argv[1], os.environ.get("TMPDIR", "/tmp") + f"/pa-pollock-{os.getpid()}"
    try:
        parts = {"csv-torture": torture(os.path.join(data, "csv-torture")),
                 "pollock": pollock(os.path.join(data, "pollock", "polluted_files.tar.xz"), scratch)}
    finally:
        subprocess.run(["rm", "-rf", scratch], check=False)
    count = 0
    for part, total in parts.items():
        if "--table" in sys.argv:
            clean = part == "pollock"
            print(f"\n| {part} | files | read | {'as its clean version | ' if clean else ''}refused | wrong |")
            print("|---|---|---|---|---|" + ("---|" if clean else ""))
            for name, e in total.items():
                middle = f"{e['as clean']} | " if clean else ""
                print(f"| {name} | {e['read'] + e['refused']} | {e['read']} | {middle}{e['refused']} | {len(e['wrong'])} |")
            continue
        for name, e in total.items():
            count += 1
            print(f"{'not ok' if e['wrong'] else 'ok'} {count} - {part}: {name}: {e['read']} read, {e['refused']} refused")
            for line in e["wrong"][:5]:
                print("#", line[:300])
    if "--table" not in sys.argv:
        print(f"1..{count}")


main()
