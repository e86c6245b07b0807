#!/bin/sh
# SPDX-License-Identifier: MIT
# faults-long.sh - every call of tests/faults.t fails in turn, not only some.  Prints TAP.
set -eu
PA_LONG=1 exec sh "${0%/*}/faults.t"
