"""Learner: one net with its optimiser, the running mean of its weights, and the course of its learning rate."""

import math

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor


class Learner:
    """One net with its optimiser and the running mean of its weights."""

    def __init__(self, net: UNet2DConditionModel, rate: float) -> None:
        self.net = net
        self.rate = rate
        self.steps = 0
        self.error = 0.0
        self.optimiser = torch.optim.AdamW(net.parameters(), lr=rate, betas=(0.9, 0.98), weight_decay=1e-3, fused=True)
        self.mean = [parameter.detach().clone() for parameter in net.parameters()]

    def step(self, loss: Tensor, scale: float) -> float:
        """One descent step at `scale` times the learning rate; answers the loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * scale
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.steps += 1
        # The mean follows quickly at first and slowly later, so that short training profits too.
        keep = min(0.995, self.steps / (self.steps + 10))
        torch._foreach_lerp_(self.mean, [parameter.data for parameter in self.net.parameters()], 1 - keep)
        value = loss.item()
        self.error = value if self.steps == 1 else 0.97 * self.error + 0.03 * value
        return value

    def averaged(self) -> UNet2DConditionModel:
        """A copy of the net with the mean weights."""
        copy = UNet2DConditionModel.from_config(self.net.config).to(memory_format=torch.channels_last)
        for parameter, mean in zip(copy.parameters(), self.mean, strict=True):
            parameter.data.copy_(mean)
        return copy.eval()

    def state(self) -> dict[str, object]:
        """All that is needed to go on."""
        net, optimiser = self.net.state_dict(), self.optimiser.state_dict()
        return {"net": net, "optimiser": optimiser, "mean": self.mean, "steps": self.steps, "error": self.error}

    def restore(self, state: dict[str, object]) -> None:
        """Go on from `state()`."""
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])  # type: ignore[arg-type]
        self.mean = state["mean"]  # type: ignore[assignment]
        self.steps, self.error = state["steps"], state["error"]  # type: ignore[assignment]


def schedule(part: float, steps: int, warmup: int) -> float:
    """Learning rate factor: warm up, hold, then a cosine down to a hundredth over the second half."""
    rise = min(1.0, (steps + 1) / warmup)
    return rise * (1.0 if part < 0.5 else max(0.01, 0.5 + 0.5 * math.cos(math.pi * (part - 0.5) / 0.5)))
