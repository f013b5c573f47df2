"""How long a production brief takes from JSON to bilingual PDF, every one different.

The baseline is the same document without reusing the compiler: fonts are parsed again for each.

    python -m bench.brief [--quick] [--seed N]
"""

import argparse
import io
import random
import sys
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
from PIL import Image

from bench.line import Reach, print_line
from bench.specs import random_spec
from configs.load_lexicon import load_lexicon
from design_gen.flat import flat_svg
from design_gen.tech_pack import tech_pack
from factory_matching.briefs import pdf
from factory_matching.briefs.brief import BriefParts, write_brief
from factory_matching.briefs.pdf import Pictures, render_brief

AT = datetime(2026, 11, 2, tzinfo=UTC)
REACH = (Reach("ms_p95", 100), Reach("seconds_for_1000", 60))


def make_document(number: int, rng: random.Random) -> tuple[BriefParts, Pictures]:
    """One order of a random spec, with a 256 px picture of noise (the worst case for compression)."""
    spec = random_spec(rng)
    noise = np.random.default_rng(number).integers(0, 256, (256, 256, 3), np.uint8)
    png = io.BytesIO()
    Image.fromarray(noise).save(png, "PNG")
    parts = BriefParts(
        order_code=f"PO-{number:06d}-1",
        factory={
            "code": f"SYN-{number}",
            "name": f"合成{number}号厂 (synthetic)",
            "region": "Zhejiang",
            "language": "zh",
        },
        title_zh=f"款式 {number}",
        title_en=f"Style {number}",
        spec=spec,
        lines=[{"colour": "olive", "size": size, "units": rng.randint(1, 300)} for size in spec.rule.sizes],
        unit_price=Decimal("88.80"),
        currency="CNY",
        placed_on=date(2026, 11, 2),
        starts_on=date(2026, 11, 9),
        due_on=date(2026, 11, 9) + timedelta(days=number % 20),
        tech_pack=tech_pack(spec).to_json(),
        mockup="0" * 64,
        flat_front="0" * 64,
        flat_back="0" * 64,
        simulated=True,
    )
    return parts, Pictures(png.getvalue(), flat_svg(spec, "front").encode(), flat_svg(spec, "back").encode())


def main() -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="60 briefs instead of 1,000")
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    started, rng, label = time.monotonic(), random.Random(arguments.seed), load_lexicon().label
    count = 60 if arguments.quick else 1_000
    times, size = [], 0
    for number in range(count):
        parts, pictures = make_document(number, rng)
        begun = time.perf_counter()
        size += len(render_brief(write_brief(parts, label), pictures, AT))
        times.append((time.perf_counter() - begun) * 1000)
        print(f"\r{number + 1} of {count} briefs", end="", file=sys.stderr)
    print(file=sys.stderr)
    parts, pictures = make_document(count, rng)
    pdf._compiler.cache_clear()
    begun = time.perf_counter()
    render_brief(write_brief(parts, label), pictures, AT)
    measured = {
        "briefs": count,
        "ms_p50": float(np.percentile(times, 50)),
        "ms_p95": float(np.percentile(times, 95)),
        "seconds_for_1000": sum(times) / count,
        "kb_each": size / count / 1000,
    }
    baseline = {"ms_with_a_new_compiler": (time.perf_counter() - begun) * 1000}
    return print_line("brief", arguments.seed, time.monotonic() - started, measured, baseline, REACH, arguments.quick)


if __name__ == "__main__":
    sys.exit(main())
