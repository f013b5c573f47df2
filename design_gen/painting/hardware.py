"""What this machine has: the device to paint on, its number format, and how much memory is free."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import InvalidInput
from models.generator_setup import Precision

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Hardware:
    """Where a pipeline runs and in which number format."""

    device: str
    """As torch names it: cpu, mps, cuda, cuda:1."""
    precision: Precision
    """Never AUTO."""
    name: str
    """What the device is called, for recipes and reports."""

    @property
    def dtype(self) -> "torch.dtype":
        """The number format as torch knows it."""
        import torch

        dtype: torch.dtype = getattr(torch, self.precision)
        return dtype


def choose_hardware(device: str = "auto", precision: Precision = Precision.AUTO, *, exact: bool = False) -> Hardware:
    """The device asked for, or the best there is: cuda, then mps, then cpu.

    AUTO precision is float32 on a CPU (bfloat16 was measured four times slower there), bfloat16 on CUDA where the
    card has it (big text encoders overflow in float16), else float16. `exact` keeps float32: the embedded net is
    small, and half precision would gain it nothing. InvalidInput where the device is absent or cannot do it.
    """
    chosen = _device(device)
    if precision is Precision.AUTO:
        precision = Precision.FLOAT32 if exact else _usual(chosen)
    if chosen == "cpu" and precision is Precision.FLOAT16:
        raise InvalidInput("float16 on a CPU is not supported: use float32 (auto), or bfloat16")
    return Hardware(chosen, precision, _name(chosen))


def free_memory(device: str = "cpu") -> int:
    """Bytes that can be taken now on the device; on a CPU no more than the container's limit leaves."""
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    import psutil

    available = int(psutil.virtual_memory().available)
    limit = _control_group_room(Path("/sys/fs/cgroup"))
    return available if limit is None else min(available, limit)


def tightest_memory() -> int:
    """Bytes free where least is: what is loaded is let go when any device that is in use runs short."""
    import torch

    # only cards that hold something: asking another one would load a driver's context onto it
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    cards = [f"cuda:{card}" for card in range(count) if torch.cuda.memory_allocated(card)]
    return min(free_memory(where) for where in ("cpu", *cards))


def release_memory() -> None:
    """Give back what nothing refers to any more, on every device."""
    import gc

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _control_group_room(folder: Path) -> int | None:
    """What a memory limit of control groups leaves, file cache not counted; None where there is no limit."""
    try:
        limit, used = (folder / "memory.max").read_text().strip(), int((folder / "memory.current").read_text())
        if limit == "max":
            return None
        counted = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return None
    return max(0, int(limit) - used + int(counted.get("inactive_file", 0)))


def _device(asked: str) -> str:
    import torch

    if asked == "auto":
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    kind, _, number = asked.partition(":")
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    numbered = not number or (kind == "cuda" and number.isdecimal() and int(number) < torch.cuda.device_count())
    if not (there.get(kind, False) and numbered):
        have = ", ".join(name for name, yes in there.items() if yes)
        raise InvalidInput(f"device {asked[:20]!r} is not on this machine; it has {have}")
    return asked


def _usual(device: str) -> Precision:
    import torch

    if device == "cpu":
        return Precision.FLOAT32
    if device.startswith("cuda") and torch.cuda.is_bf16_supported():
        return Precision.BFLOAT16
    return Precision.FLOAT16


def _name(device: str) -> str:
    import platform

    import torch

    if device.startswith("cuda"):
        return torch.cuda.get_device_name(device)
    # its vector units decide in which order sums are taken, and so the bytes
    units = f" {torch.backends.cpu.get_cpu_capability()}" if device == "cpu" else ""
    return f"{device} {platform.machine()}{units}"
