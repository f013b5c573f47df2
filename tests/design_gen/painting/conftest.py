import pytest
import torch
from PIL import Image

from design_gen import generate
from tests.design_gen.stock import (
    save_controlnet,
    save_ip_adapter,
    save_lora,
    save_stock_pipeline,
    save_text_model,
)


@pytest.fixture(autouse=True)
def one_thread():
    """Nets this small lose more to waiting threads than they gain."""
    torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="session")
def room():
    """Tests come back to the same setups: keep them all loaded."""
    before, generate._LOADED.most = generate._LOADED.most, 32
    yield
    generate._LOADED.clear()
    generate._LOADED.most = before


@pytest.fixture(scope="session")
def networks(tmp_path_factory):
    return tmp_path_factory.mktemp("networks")


@pytest.fixture(scope="session")
def stock(networks):
    return str(save_stock_pipeline(networks / "stock"))


@pytest.fixture(scope="session")
def controlnet(networks):
    return str(save_controlnet(networks / "controlnet"))


@pytest.fixture(scope="session")
def lora(networks):
    save_lora(networks / "lora" / "pytorch_lora_weights.safetensors")
    return str(networks / "lora")


@pytest.fixture(scope="session")
def ip_adapter(networks):
    return str(save_ip_adapter(networks / "ip_adapter"))


@pytest.fixture(scope="session")
def style_picture(networks):
    path = networks / "style.png"
    Image.linear_gradient("L").convert("RGB").save(path)
    return str(path)


@pytest.fixture(scope="session")
def text_model(networks):
    return str(save_text_model(networks / "text"))
