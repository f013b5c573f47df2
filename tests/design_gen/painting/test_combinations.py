"""Every way of painting and every help, over tiny real networks."""

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from design_gen.generate import Way, load_generator, repaint
from design_gen.painting.ways import family_of
from design_gen.prompt import Prompt
from design_gen.recipe import Recipe
from models.attributes import Category
from models.errors import Conflict, InvalidInput, UnreadableModel
from models.generator_setup import ControlKind, GeneratorSetup, Start
from tests.design_gen.specs import spec_of
from tests.design_gen.stock import save_lora

EVERYTHING = {"text alone", "draft", "ControlNet", "draft with ControlNet", "LoRA", "IP-Adapter"}
COAT, MUG = spec_of(Category.GREATCOAT), spec_of(Category.MUG)
PROMPT = Prompt("coat", "blur")
LAYER = "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_q"


def paint(setup, spec=COAT, seed=1, prompt=PROMPT, **options):
    return load_generator(setup).paint([spec], [prompt], [seed], **({"size": 64, "steps": 2} | options))[0]


@pytest.fixture(scope="session")
def setups(stock, controlnet, lora, ip_adapter, style_picture):
    plain = GeneratorSetup(model=stock, threads=1)
    style = {"ip_adapter": ip_adapter, "style_picture": style_picture}
    return {
        "text": replace(plain, start=Start.NOISE),
        "draft": replace(plain, start=Start.DRAFT),
        "control": replace(plain, start=Start.NOISE, controlnet=controlnet),
        "control and draft": replace(plain, controlnet=controlnet),
        "lora": replace(plain, start=Start.NOISE, lora=lora),
        "style": replace(plain, start=Start.NOISE, **style),
        "all": replace(plain, controlnet=controlnet, lora=lora, **style),
    }


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("text", Way.TEXT),
        ("draft", Way.IMAGE),
        ("control", Way.CONTROL),
        ("control and draft", Way.IMAGE_AND_CONTROL),
        ("lora", Way.TEXT),
        ("style", Way.TEXT),
        ("all", Way.IMAGE_AND_CONTROL),
    ],
)
def test_a_stored_recipe_gives_the_same_bytes_again(setups, name, way):
    assert load_generator(setups[name]).way is way
    painted = paint(setups[name])
    stored = Recipe.from_json(json.loads(json.dumps(painted.recipe.to_json())))
    assert stored == painted.recipe
    again = repaint(stored, COAT)
    assert again.image.tobytes() == painted.image.tobytes()
    assert again.recipe == painted.recipe


def test_every_help_changes_the_picture_and_is_named_in_its_recipe(setups):
    pictures = {name: paint(setup) for name, setup in setups.items()}
    assert len({picture.image.tobytes() for picture in pictures.values()}) == len(pictures)
    parts = {name: set(dict(picture.recipe.parts)) - {"configuration"} for name, picture in pictures.items()}
    assert parts["control"] == {"controlnet"}
    assert parts["lora"] == {"lora"}
    assert parts["style"] == {"ip_adapter", "style_picture"}
    assert parts["all"] == {"controlnet", "lora", "ip_adapter", "style_picture"}
    recipe = pictures["text"].recipe
    assert (recipe.pipeline, recipe.scheduler) == ("StableDiffusionPipeline", "DDIMScheduler")
    assert (recipe.dtype, recipe.threads) == ("float32", 1)
    assert recipe.device.startswith("cpu")


def test_words_alone_see_no_drawing_but_drafts_and_control_pictures_do(setups):
    for name, sees in (("text", False), ("draft", True), ("control", True)):
        differs = paint(setups[name], COAT).image.tobytes() != paint(setups[name], MUG).image.tobytes()
        assert differs is sees, name


def test_each_control_kind_is_another_picture(setups):
    kinds = [paint(replace(setups["control"], control=kind)).image.tobytes() for kind in ControlKind]
    assert len(set(kinds)) == len(ControlKind)


def test_a_control_scale_of_zero_is_no_control(setups):
    assert paint(replace(setups["control"], control_scale=0.0), COAT).image.tobytes() == (
        paint(replace(setups["control"], control_scale=0.0), MUG).image.tobytes()
    )


def test_auto_paints_over_the_draft(stock):
    assert load_generator(GeneratorSetup(model=stock)).way is Way.IMAGE


@pytest.mark.parametrize("strength", [0.0, 0.1, 0.29, 1.01, -1.0, float("nan")])
def test_a_strength_that_would_show_the_draft_is_refused(strength):
    with pytest.raises(InvalidInput, match="strength"):
        GeneratorSetup(strength=strength)


def test_a_pipeline_that_gives_the_draft_back_is_refused(setups, monkeypatch):
    generator = load_generator(setups["draft"])

    def idle(self, image, generator, prompt=None, strength=0.6, num_inference_steps=50):
        return type("Output", (), {"images": image})()

    monkeypatch.setattr(type(generator.pipeline), "__call__", idle)
    with pytest.raises(UnreadableModel, match="draft is never shown"):
        paint(setups["draft"])


def test_steps_are_walked_whatever_the_strength(setups):
    walked = []
    generator = load_generator(setups["draft"])
    step = generator.pipeline.scheduler.step
    generator.pipeline.scheduler.step = lambda *args, **kwargs: walked.append(1) or step(*args, **kwargs)
    try:
        for strength, steps in ((0.3, 1), (0.6, 6), (1.0, 3)):
            walked.clear()
            paint(replace(setups["draft"], strength=strength), steps=steps)
            assert len(walked) == steps
    finally:
        del generator.pipeline.scheduler.step


def test_a_changed_part_is_named_and_nothing_is_painted(setups):
    recipe = paint(setups["text"]).recipe
    with pytest.raises(Conflict, match="weights_hash"):
        repaint(replace(recipe, weights_hash="0" * 64), COAT)
    with pytest.raises(Conflict, match="versions"):
        repaint(replace(recipe, versions=(("torch", "0.1"),)), COAT)
    with pytest.raises(InvalidInput, match="spec"):
        repaint(recipe, MUG)
    with pytest.raises(InvalidInput, match="names no setup"):
        repaint(replace(recipe, setup={}), COAT)


def test_lora_is_added_as_scale_times_alpha_over_rank(stock, tmp_path):
    tensors = save_lora(tmp_path / "lora.safetensors", alpha=3.0, rank=2)
    before = _weight(GeneratorSetup(model=stock, start=Start.NOISE))
    after = _weight(
        GeneratorSetup(model=stock, start=Start.NOISE, lora=str(tmp_path / "lora.safetensors"), lora_scale=0.5)
    )
    change = tensors[f"unet.{LAYER}.lora_B.weight"] @ tensors[f"unet.{LAYER}.lora_A.weight"]
    assert torch.allclose(after, before + 0.5 * 3 / 2 * change, atol=1e-6)


def test_lora_of_the_kohya_format_is_understood(stock, tmp_path):
    name = "lora_unet_" + LAYER.replace(".", "_")
    down, up = torch.randn(2, 16), torch.randn(16, 2)
    tensors = {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up, f"{name}.alpha": torch.tensor(1.0)}
    save_file(tensors, tmp_path / "kohya.safetensors")
    before = _weight(GeneratorSetup(model=stock, start=Start.NOISE))
    after = _weight(GeneratorSetup(model=stock, start=Start.NOISE, lora=str(tmp_path / "kohya.safetensors")))
    assert torch.allclose(after, before + up @ down / 2, atol=1e-6)


def _weight(setup):
    return dict(load_generator(setup).pipeline.unet.named_modules())[LAYER].weight.detach().clone()


def wrong_layer(folder):
    save_lora(folder / "lora.safetensors", layers=("down_blocks.9.attn.to_q",))


def wrong_shape(folder):
    layer = f"unet.{LAYER}"
    tensors = {f"{layer}.lora_A.weight": torch.randn(2, 99), f"{layer}.lora_B.weight": torch.randn(16, 2)}
    save_file(tensors, folder / "lora.safetensors")


def half_a_pair(folder):
    save_file({f"unet.{LAYER}.lora_A.weight": torch.randn(2, 16)}, folder / "lora.safetensors")


def no_matrices(folder):
    save_file({"unet.weight": torch.zeros(1)}, folder / "lora.safetensors")


def junk(folder):
    (folder / "lora.safetensors").write_bytes(b"junk")


def a_pickle(folder):
    torch.save({"a": torch.zeros(1)}, folder / "pytorch_lora_weights.bin")


@pytest.mark.parametrize("damage", [wrong_layer, wrong_shape, half_a_pair, no_matrices, junk, a_pickle])
def test_a_lora_that_does_not_fit_is_one_clear_line(stock, tmp_path, damage):
    damage(tmp_path)
    with pytest.raises(UnreadableModel, match="LoRA") as caught:
        load_generator(GeneratorSetup(model=stock, lora=str(tmp_path)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("part", ["controlnet", "lora", "ip_adapter", "expander"])
def test_a_part_that_is_not_there_is_one_clear_line(stock, style_picture, tmp_path, part):
    style = {"style_picture": style_picture} if part == "ip_adapter" else {}
    setup = GeneratorSetup(model=stock, **{part: str(tmp_path / "absent")}, **style)
    with pytest.raises(UnreadableModel, match="absent"):
        load_generator(setup).prompts([COAT], [1], lambda kind, key, language: key)


def test_a_folder_that_holds_another_network_is_no_controlnet(stock):
    with pytest.raises(UnreadableModel, match="ControlNet"):
        load_generator(GeneratorSetup(model=stock, controlnet=f"{stock}/unet"))


def test_style_picture_and_ip_adapter_go_together(ip_adapter, style_picture):
    with pytest.raises(InvalidInput, match="style_picture is not set"):
        GeneratorSetup(model="somewhere", ip_adapter=ip_adapter)
    with pytest.raises(InvalidInput, match="ip_adapter is not set"):
        GeneratorSetup(model="somewhere", style_picture=style_picture)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_style_picture_that_is_none_is_refused(stock, ip_adapter, tmp_path, content):
    path = tmp_path / "style.png"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match="not a picture"):
        load_generator(GeneratorSetup(model=stock, ip_adapter=ip_adapter, style_picture=str(path)))


@pytest.mark.parametrize(
    ("name", "supports"),
    [
        ("StableDiffusionPipeline", EVERYTHING),
        ("StableDiffusionXLImg2ImgPipeline", EVERYTHING),
        ("QwenImagePipeline", {"text alone", "draft", "ControlNet", "LoRA"}),
        ("FluxPipeline", EVERYTHING),
        ("DDPMPipeline", {"text alone"}),
        ("FlatToPicturePipeline", {"its own drawing"}),
    ],
)
def test_what_a_family_supports(name, supports):
    assert set(family_of(name).supports) == supports


@pytest.mark.parametrize("name", ["NoSuchPipeline", "UNet2DModel", "os", "__doc__", ""])
def test_a_class_that_is_no_pipeline_is_refused(name):
    with pytest.raises(UnreadableModel, match="not a pipeline"):
        family_of(name)


def test_a_combination_that_a_family_lacks_names_what_it_supports(stock, tmp_path):
    import shutil

    folder = shutil.copytree(stock, tmp_path / "qwen")
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps(index | {"_class_name": "QwenImagePipeline"}))
    with pytest.raises(
        UnreadableModel, match=r"QwenImagePipeline cannot .* supports text alone, draft, ControlNet, LoRA"
    ):
        load_generator(GeneratorSetup(model=str(folder), start=Start.DRAFT, controlnet="x"))
    (folder / "model_index.json").write_text(json.dumps(index | {"_class_name": "StableDiffusionInpaintPipeline"}))
    with pytest.raises(UnreadableModel, match="mask_image"):
        load_generator(GeneratorSetup(model=str(folder)))


def test_the_embedded_net_takes_no_help():
    with pytest.raises(InvalidInput, match="ControlNet, LoRA"):
        GeneratorSetup(controlnet="x", lora="y")
    with pytest.raises(UnreadableModel, match="its own drawing"):
        load_generator(GeneratorSetup(start=Start.NOISE))


@pytest.mark.parametrize("device", ["cuda", "cuda:9", "mps", "tpu", "cpu:1"])
def test_a_device_that_is_not_there_is_named(stock, device):
    if device == "cuda" and torch.cuda.is_available():
        pytest.skip("this machine has a CUDA device")
    with pytest.raises(InvalidInput, match="it has cpu"):
        load_generator(GeneratorSetup(model=stock, device=device))
