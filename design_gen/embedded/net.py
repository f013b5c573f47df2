"""The two small nets: the composer lays out light and folds in a small picture, the painter enlarges it with detail.

Both are stock UNet2DConditionModels without attention; material, light and backdrop enter as one 0/1 vector.
Tensors are (batch, channels, height, width), colours in [-1, 1].
"""

from collections.abc import Sequence

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor
from torch.nn import functional

from design_gen.embedded.look import COARSE, Backdrop, Light
from models.attributes import Material

# Deviation of the small picture from the small flat, over the rendered pairs: the composer works in these units.
COMPOSE_SCALE = 0.12
# The same for the detail that the painter adds.
PAINT_SCALE = 0.1
LABELS: tuple[str, ...] = (*Material, *Light, *Backdrop)
COMPOSER_INPUTS = 3 + 3 + 1 + 2
# The painter works on 2 x 2 blocks of pixels: half the memory traffic of full size at the same detail.
BLOCK = 2
PAINTER_INPUTS = (3 + 3 + 1 + 1) * BLOCK**2 + 2
PAINTER_OUTPUTS = 3 * BLOCK**2


def build_net(inputs: int, channels: Sequence[int], outputs: int = 3) -> UNet2DConditionModel:
    """A convolutional UNet of these widths that starts out answering zero."""
    net = UNet2DConditionModel(
        sample_size=64,
        in_channels=inputs,
        out_channels=outputs,
        block_out_channels=tuple(channels),
        layers_per_block=1,
        down_block_types=("DownBlock2D",) * len(channels),
        mid_block_type=None,
        up_block_types=("UpBlock2D",) * len(channels),
        class_embed_type="projection",
        projection_class_embeddings_input_dim=len(LABELS),
        resnet_time_scale_shift="scale_shift",
        norm_num_groups=8,
        cross_attention_dim=8,
    )
    torch.nn.init.zeros_(net.conv_out.weight)
    torch.nn.init.zeros_(net.conv_out.bias)
    return net.to(memory_format=torch.channels_last)


def label_vector(material: Material, light: Light, backdrop: Backdrop) -> Tensor:
    """(len(LABELS),) with a one for each of the three."""
    chosen = {str(material), str(light), str(backdrop)}
    return torch.tensor([float(label in chosen) for label in LABELS])


def shrink(picture: Tensor) -> Tensor:
    """Four times smaller, by averaging."""
    return functional.avg_pool2d(picture, COARSE)


def enlarge(picture: Tensor) -> Tensor:
    """Four times larger, bilinear."""
    return functional.interpolate(picture, scale_factor=COARSE, mode="bilinear", align_corners=False)


def position(like: Tensor) -> Tensor:
    """(batch, 2, h, w): across and down in [-1, 1]; light falls off and planks lie by position."""
    batch, _, height, width = like.shape
    down, across = torch.linspace(-1, 1, height), torch.linspace(-1, 1, width)
    plane = torch.stack([across.expand(height, width), down[:, None].expand(height, width)])
    return plane.to(like).expand(batch, 2, height, width)


def phase(like: Tensor) -> Tensor:
    """(batch, 2, h, w): which of two block columns and rows it is; threads lie on a grid of four pixels."""
    batch, _, height, width = like.shape
    turn = torch.tensor([1.0, -1.0])
    plane = torch.stack(
        [turn.repeat(width // 2).expand(height, width), turn.repeat(height // 2)[:, None].expand(height, width)]
    )
    return plane.to(like).expand(batch, 2, height, width)


def compose(
    net: UNet2DConditionModel, noisy: Tensor, time: Tensor, flat: Tensor, mask: Tensor, labels: Tensor
) -> Tensor:
    """The composer's estimate of the clean small picture, as its scaled difference from the small flat.

    `noisy` (b, 3, h, w) is (1 - time) * difference + time * noise, `time` (b,) in [0, 1]; flat and mask are small too.
    """
    seen = torch.cat([noisy, flat, mask, position(noisy)], 1).contiguous(memory_format=torch.channels_last)
    estimate: Tensor = net(seen, time * 1000, None, class_labels=labels, return_dict=False)[0]
    return estimate


def paint(net: UNet2DConditionModel, small: Tensor, flat: Tensor, mask: Tensor, fine: Tensor, labels: Tensor) -> Tensor:
    """The full picture (b, 3, h, w) from the small one, the flat, its mask and the fine grain (b, 1, h, w)."""
    base = enlarge(small)
    # What the flat shows beyond its own small picture: lines and the edges of colours and patterns.
    lines = flat - enlarge(shrink(flat))
    blocks = functional.pixel_unshuffle(torch.cat([base, lines / PAINT_SCALE, mask, fine], 1), BLOCK)
    seen = torch.cat([blocks, phase(blocks)], 1).contiguous(memory_format=torch.channels_last)
    detail = net(seen, torch.zeros(len(flat), device=flat.device), None, class_labels=labels, return_dict=False)[0]
    painted: Tensor = base + lines + PAINT_SCALE * functional.pixel_shuffle(detail, BLOCK)
    return painted
