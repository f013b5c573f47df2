"""What a model needs is known before it is loaded, from its files or from its card."""

import json
import shutil

import pytest
from safetensors.torch import load_file, save_file

from configs.load_models import load_models
from configs.load_prompts import load_prompts
from design_gen import generate
from design_gen.generate import load_generator
from design_gen.painting.room import count_parameters, estimate, fit_known, fit_setup, licence_of, needed_bytes
from design_gen.painting.weights import EMBEDDED_FOLDER, loaded_files
from models.errors import DoesNotFit, InvalidInput, UnreadableModel
from models.generator_setup import GeneratorSetup, Precision
from models.known_model import KnownModel

CPU = GeneratorSetup(device="cpu", templates=load_prompts())


def test_parameters_are_counted_without_reading_weights(stock):
    for file in loaded_files(EMBEDDED_FOLDER):
        assert count_parameters(file) == sum(tensor.numel() for tensor in load_file(file).values())


def test_a_broken_file_counts_by_its_size(tmp_path):
    for content in (b"", b"junk", b"\xff" * 400, b"\2\0\0\0\0\0\0\0[]" + b"0" * 90):
        (tmp_path / "x.safetensors").write_bytes(content)
        assert count_parameters(tmp_path / "x.safetensors") == len(content) // 4


def test_weights_that_stand_twice_in_a_clone_of_the_hub_count_once(stock, tmp_path):
    folder = shutil.copytree(stock, tmp_path / "clone")
    once = needed_bytes(GeneratorSetup(model=str(folder), device="cpu"))
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(weights)
    save_file({name: tensor.half() for name, tensor in tensors.items()}, weights.with_suffix(".fp16.safetensors"))
    shutil.copy(weights, folder / "v1-5-pruned.safetensors")
    assert needed_bytes(GeneratorSetup(model=str(folder), device="cpu")) == once
    assert once == 4 * sum(map(count_parameters, loaded_files(folder)))


def test_half_precision_on_disk_needs_twice_as_much_in_memory():
    disk = sum(file.stat().st_size for file in loaded_files(EMBEDDED_FOLDER))
    assert 1.9 < needed_bytes(GeneratorSetup(device="cpu")) / disk < 2.05


def test_the_embedded_net_fits_and_says_what_it_is():
    fit = fit_setup(CPU, 256)
    assert (fit.pipeline, fit.family, fit.supports) == ("FlatToPicturePipeline", "default", ("its own drawing",))
    assert (fit.device, fit.dtype, fit.steps, fit.licence, fit.state) == ("cpu", "float32", 1, "Apache-2.0", "here")
    assert fit.fits
    assert fit.reason.startswith("fits: needs about ")


def test_a_folder_is_described_by_what_is_in_it(stock, tmp_path):
    folder = shutil.copytree(stock, tmp_path / "own")
    (folder / "README.md").write_text('---\nlicense: other\nlicense_name: "house-rules"\ntags: [a]\n---\n# Mine\n')
    fit = fit_setup(GeneratorSetup(model=str(folder), device="cpu", templates=load_prompts()), 64)
    assert (fit.family, fit.pipeline, fit.licence) == ("sd15", "StableDiffusionImg2ImgPipeline", "house-rules")
    assert {"text alone", "draft", "ControlNet"} <= set(fit.supports)
    assert fit.steps == 50


@pytest.mark.parametrize("text", ["", "# no heading\nlicense: mit", "---\nlicense: mit\n", "---\ntags: x\n---\n"])
def test_a_card_that_names_no_licence(tmp_path, text):
    (tmp_path / "README.md").write_text(text)
    assert licence_of(tmp_path) == ""


def test_a_hub_name_is_not_downloaded_to_be_described(monkeypatch, tmp_path):
    with pytest.raises(UnreadableModel, match="nobody/nothing-at-all: not downloaded"):
        fit_setup(GeneratorSetup(model="nobody/nothing-at-all"), 256)


def test_every_template_has_a_known_model_and_every_known_model_a_template():
    known = [fit_known(one, CPU) for one in load_models()]
    assert {fit.family for fit in known} == {template.family for template in CPU.templates} - {"default"}
    assert all(fit.needed_bytes > 4e9 for fit in known)
    assert all(bool(fit.supports) != bool(fit.problem) for fit in known)
    assert sum(bool(fit.supports) for fit in known) >= len(known) - 1, "Kolors needs a library of its own"


def test_estimates_grow_with_weights_and_pictures():
    assert estimate(10**9, Precision.BFLOAT16, 512) < estimate(10**9, Precision.FLOAT32, 512)
    assert estimate(10**9, Precision.FLOAT32, 512) < estimate(10**9, Precision.FLOAT32, 1024)


@pytest.mark.parametrize(
    "change", [{"billions": 0}, {"name": "no-owner"}, {"steps": "many"}, {"size": 7}, {"licence": ""}, {"more": 1}]
)
def test_facts_that_cannot_be_are_refused(change):
    facts = {"name": "a/b", "pipeline": "FluxPipeline", "billions": 1.0, "size": 512, "steps": 4, "licence": "MIT"}
    assert KnownModel.from_table("x.toml", facts).name == "a/b"
    with pytest.raises(InvalidInput):
        KnownModel.from_table("x.toml", facts | change)


def test_weights_beyond_the_free_memory_of_the_device_are_refused_before_they_are_read(stock, tmp_path, monkeypatch):
    folder = shutil.copytree(stock, tmp_path / "fresh")
    monkeypatch.setattr(generate, "free_memory", lambda device="cpu": 1000)
    with pytest.raises(DoesNotFit, match=r"its weights take .* are free on cpu"):
        load_generator(GeneratorSetup(model=str(folder), device="cpu"))
    assert json.loads((folder / "model_index.json").read_text())
