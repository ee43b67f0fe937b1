"""Tries the program under attack: failing calls, kills, losses of power, flipped bits. See README.md.

    python campaign.py PROGRAM [CAMPAIGN …] [--only TEXT] [--seed N] [--jobs N] [--share PART] [--long]

Campaigns: errors, kills, power, flips; all by default. Prints what was tried and what came of it; exits 1 where something
is bad. GROUNDSWELL_NIGHTLY=1 is --long.
"""

import argparse
import os
import random
import shutil
import sys

import faults
import flips
import powerloss
from program import Program
from tally import Tally

CAMPAIGNS = {
    "errors": lambda *arguments: faults.campaign(*arguments, "errors"),
    "kills": lambda *arguments: faults.campaign(*arguments, "kills"),
    "power": powerloss.campaign,
    "flips": flips.campaign,
}

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("program")
parser.add_argument("campaigns", nargs="*", metavar="CAMPAIGN", help=", ".join(CAMPAIGNS))
parser.add_argument("--only", default="", help="only rows whose name has this text")
parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
parser.add_argument("--jobs", type=int, help="how many programs run at once (default: one for each core)")
parser.add_argument("--share", type=float, default=1, help="try only this part of the cases, chosen by the seed")
parser.add_argument("--long", action="store_true", default=bool(os.environ.get("GROUNDSWELL_NIGHTLY")))
options = parser.parse_args()
for name in options.campaigns:
    if name not in CAMPAIGNS:
        parser.error(f"no campaign {name}: {', '.join(CAMPAIGNS)}")

program = Program(options.program)
tally = Tally(options.jobs, options.share)
try:
    for name in options.campaigns or CAMPAIGNS:
        CAMPAIGNS[name](program, tally, random.Random(f"{options.seed} {name}"), options.long, options.only)
    sys.exit(tally.end(options.seed))
finally:
    shutil.rmtree(program.scratch, ignore_errors=True)
