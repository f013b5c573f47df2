"""A tiny but real Stable Diffusion pipeline, made on the spot and saved as a folder."""

import json

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer


def save_stock_pipeline(folder):
    torch.manual_seed(0)
    words = {f"{letter}{end}": 0 for letter in "abcdefghijklmnopqrstuvwxyz" for end in ("", "</w>")}
    vocabulary = {word: index for index, word in enumerate([*words, "<|startoftext|>", "<|endoftext|>"])}
    (folder.parent / "vocab.json").write_text(json.dumps(vocabulary))
    (folder.parent / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizer(str(folder.parent / "vocab.json"), str(folder.parent / "merges.txt"), model_max_length=77)
    text = CLIPTextConfig(
        vocab_size=len(vocabulary), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=77, bos_token_id=len(vocabulary) - 2, eos_token_id=len(vocabulary) - 1, pad_token_id=0,
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=16, block_out_channels=(8, 16), layers_per_block=1, cross_attention_dim=16, attention_head_dim=2,
        norm_num_groups=4, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=(8, 8), down_block_types=("DownEncoderBlock2D",) * 2, norm_num_groups=4,
        up_block_types=("UpDecoderBlock2D",) * 2,
    )  # fmt: skip
    StableDiffusionPipeline(
        vae,
        CLIPTextModel(text),
        tokenizer,
        unet,
        DDIMScheduler(steps_offset=1, clip_sample=False),
        None,
        None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder
