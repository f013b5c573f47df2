"""Every check of the project, in the order in which they fail fastest: `./run test [pytest arguments]`."""

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
CHECKS = {
    "ruff": [str(BIN / "ruff"), "check", "."],
    "ruff format": [str(BIN / "ruff"), "format", "--check", "."],
    "import-linter": [str(BIN / "lint-imports"), "--no-cache"],
    "mypy": [str(BIN / "mypy"), "--strict", "."],
    "pytest": [sys.executable, "-m", "pytest"],
}


def main() -> int:
    """Run all checks even if one fails; exit with 1 if any did."""
    failed = []
    for name, command in CHECKS.items():
        extra = sys.argv[1:] if name == "pytest" else []
        started = time.monotonic()
        print(f"── {name}", flush=True)
        if subprocess.run([*command, *extra], check=False).returncode:
            failed.append(name)
        print(f"── {name}: {'FAILED' if name in failed else 'ok'} in {time.monotonic() - started:.0f} s", flush=True)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
