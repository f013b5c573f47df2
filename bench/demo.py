"""The demo from a set-up environment: `python -m bench.demo [--quick]`.

`--quick` plays a third of the visitors. The baseline is the same process doing nothing but starting: what of the
seconds is Python and Prefect rather than the loop.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.line import Reach, print_line

COMMAND = [sys.executable, "-c", "from cli import main; main()"]


def main() -> int:
    """Run one demo in a folder of its own and compare with the reach."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        visitors = ["--visitors", "115"] if quick else []
        print("running the demo ...", file=sys.stderr)
        done = subprocess.run(
            [*COMMAND, "demo", "--json", "--home", str(Path(folder) / "demo"), *visitors],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        seconds = time.monotonic() - started
    report = json.loads(done.stdout)
    started = time.monotonic()
    subprocess.run([*COMMAND, "--help"], check=True, stdout=subprocess.DEVNULL)
    measured = {"seconds": round(seconds, 1), "peak_rss_mb": report["peak_rss_mb"]} | {
        name: report[name] for name in ("events", "mockups", "decisions", "orders", "briefs")
    }
    baseline = {"help_seconds": round(time.monotonic() - started, 2)}
    reach = (Reach("seconds", 120), Reach("peak_rss_mb", 3_000), Reach("briefs", 1, at_least=True))
    return print_line("demo", 7, seconds, measured, baseline, reach, quick)


if __name__ == "__main__":
    sys.exit(main())
