"""Tiny but real networks with random weights, made on the spot and saved as folders."""

import json

import torch
from diffusers import AutoencoderKL, ControlNetModel, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTokenizer,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
    GPT2Config,
    GPT2LMHeadModel,
)

WIDTH = 16  # of the text encoder's output


def save_stock_pipeline(folder):
    """Stable Diffusion that paints 8 pixels a latent."""
    torch.manual_seed(0)
    tokenizer = _tokenizer(folder.parent)
    text = CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=WIDTH, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=77, bos_token_id=len(tokenizer) - 2, eos_token_id=len(tokenizer) - 1, pad_token_id=0,
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=(8, 8), down_block_types=("DownEncoderBlock2D",) * 2, norm_num_groups=4,
        up_block_types=("UpDecoderBlock2D",) * 2,
    )  # fmt: skip
    StableDiffusionPipeline(
        vae,
        CLIPTextModel(text),
        tokenizer,
        _unet(),
        DDIMScheduler(steps_offset=1, clip_sample=False),
        None,
        None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


def save_controlnet(folder):
    """A ControlNet for that pipeline whose answer is not zero."""
    torch.manual_seed(1)
    net = ControlNetModel.from_unet(_unet(), conditioning_embedding_out_channels=(8, 16))
    for layer in (net.controlnet_cond_embedding.conv_out, *net.controlnet_down_blocks):
        torch.nn.init.normal_(layer.weight, std=2.0)
    net.save_pretrained(folder)
    return folder


def save_lora(path, layers=("down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_q",), alpha=2.0, rank=2):
    """LoRA matrices for layers of that pipeline's UNet, as diffusers writes them; the tensors are returned."""
    torch.manual_seed(2)
    tensors = {}
    for layer in layers:
        tensors[f"unet.{layer}.lora_A.weight"] = torch.randn(rank, WIDTH)
        tensors[f"unet.{layer}.lora_B.weight"] = torch.randn(WIDTH, rank)
    described = {"unet.lora_alpha": alpha, "unet.r": rank}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata={"format": "pt", "lora_adapter_metadata": json.dumps(described)})
    return tensors


def save_ip_adapter(folder):
    """An IP-Adapter for that pipeline with its image encoder beside it."""
    torch.manual_seed(3)
    vision = CLIPVisionConfig(
        hidden_size=8, intermediate_size=16, projection_dim=8, num_hidden_layers=1, num_attention_heads=2,
        image_size=16, patch_size=8,
    )  # fmt: skip
    CLIPVisionModelWithProjection(vision).save_pretrained(folder / "models" / "image_encoder")
    tensors = {
        "image_proj.proj.weight": torch.randn(4 * WIDTH, 8),
        "image_proj.proj.bias": torch.randn(4 * WIDTH),
        "image_proj.norm.weight": torch.ones(WIDTH),
        "image_proj.norm.bias": torch.zeros(WIDTH),
    }
    crossed = [name for name in _unet().attn_processors if "attn2" in name]
    for number in range(len(crossed)):
        for matrix in ("to_k_ip", "to_v_ip"):
            tensors[f"ip_adapter.{2 * number + 1}.{matrix}.weight"] = torch.randn(WIDTH, WIDTH)
    save_file(tensors, folder / "models" / "ip-adapter_sd15.safetensors")
    return folder


def save_text_model(folder):
    """A GPT-2 that writes letters."""
    torch.manual_seed(4)
    tokenizer = _tokenizer(folder.parent)
    config = GPT2Config(
        vocab_size=len(tokenizer), n_positions=256, n_embd=16, n_layer=1, n_head=2, bos_token_id=len(tokenizer) - 2,
        eos_token_id=len(tokenizer) - 1,
    )  # fmt: skip
    GPT2LMHeadModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _unet():
    return UNet2DConditionModel(
        sample_size=16, block_out_channels=(8, WIDTH), layers_per_block=1, cross_attention_dim=WIDTH,
        attention_head_dim=2, norm_num_groups=4, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip


def _tokenizer(folder):
    """CLIP's tokenizer that knows single letters."""
    words = {f"{letter}{end}": 0 for letter in "abcdefghijklmnopqrstuvwxyz" for end in ("", "</w>")}
    vocabulary = {word: index for index, word in enumerate([*words, "<|startoftext|>", "<|endoftext|>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)
