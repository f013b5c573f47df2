"""Learner: one net with its optimiser, the running mean of its weights, and the course of its learning rate."""

import copy
import math
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

Net = TypeVar("Net", bound=nn.Module)
FIRST = 0.06
"""Share of the pictures that training begins with."""


class Learner(Generic[Net]):
    """One net, AdamW (Loshchilov and Hutter 2019) without decay on biases and scales, and the mean of its weights.

    The mean keeps `memory` of itself at every step (Polyak averaging), less at first, so that short training profits.
    """

    def __init__(self, net: Net, rate: float, *, decay: float = 1e-3, clip: float = 1.0, memory: float = 0.995) -> None:
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.net, self.rate, self.clip, self.memory = net.train(), rate, clip, memory
        groups = [
            {"params": [p for p in net.parameters() if p.dim() > 1], "weight_decay": decay},
            {"params": [p for p in net.parameters() if p.dim() <= 1], "weight_decay": 0.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)
        self.mean = {name: value.detach().clone() for name, value in net.state_dict().items()}
        self.steps = 0
        self._error = torch.zeros((), device=next(net.parameters()).device)

    @property
    def error(self) -> float:
        """Running mean of the loss; reading it waits for the device."""
        return self._error.item()

    def step(self, loss: Tensor, scale: float) -> None:
        """One descent step at `scale` times the learning rate, without waiting for the device."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * scale
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), self.clip)
        self.optimiser.step()
        self.steps += 1
        self._follow()
        self._error.lerp_(loss.detach().float(), 1.0 if self.steps == 1 else 0.02)

    def _follow(self) -> None:
        state = self.net.state_dict()
        moving = [name for name, value in state.items() if value.is_floating_point()]
        keep = min(self.memory, self.steps / (self.steps + 10))
        torch._foreach_lerp_([self.mean[name] for name in moving], [state[name] for name in moving], 1 - keep)

    def averaged(self) -> Net:
        """A copy of the net with the mean weights, ready to answer."""
        mean = copy.deepcopy(self.net)
        mean.load_state_dict(self.mean)
        return mean.eval()

    def state(self) -> dict[str, Any]:
        """All that is needed to go on."""
        net, optimiser = self.net.state_dict(), self.optimiser.state_dict()
        return {"net": net, "optimiser": optimiser, "mean": self.mean, "steps": self.steps, "error": self.error}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state()`."""
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.mean, self.steps = state["mean"], state["steps"]
        self._error.fill_(state["error"])


def schedule(part: float, steps: int, warmup: int, hold: float) -> float:
    """Learning rate factor: warm up, stay until `hold` of the way, then half a cosine down to a hundredth."""
    rise = min(1.0, (steps + 1) / warmup)
    fallen = max(0.0, (min(part, 1.0) - hold) / (1 - hold))
    return rise * max(0.01, 0.5 + 0.5 * math.cos(math.pi * fallen))


def in_use(count: int, part: float, whole: float) -> int:
    """How many of `count` pictures are learned from when `part` of the training is done.

    It begins with 6% of them; the rest joins evenly up to the share `whole` of the steps, while it is drawn. The number
    depends on the step alone, so that a quick machine learns what a slow one does.
    """
    return min(count, math.ceil(count * (FIRST + (1 - FIRST) * part / whole)))


def mixed_precision(device: str = "cpu") -> torch.autocast:
    """bfloat16 where the GPU or the processor (AMX) multiplies matrices of it in hardware, single precision elsewhere.

    On processors without it bfloat16 is several times slower than single precision.
    """
    if device != "cpu":
        return torch.autocast(device, torch.bfloat16)
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(torch.cpu.get_capabilities().get("amx_bf16")))
