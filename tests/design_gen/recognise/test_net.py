import pytest
import torch

from design_gen.recognise.net import AttributeNet, load_net, save_net
from design_gen.recognise.vocabulary import Attribute
from models.errors import UnreadableModel

VOCABULARY = {Attribute.SLEEVE: ("none", "short", "long"), Attribute.COLLAR: ("none", "crew")}


@pytest.fixture
def net():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    return AttributeNet((4, 8, 8), 4, 4, (1, 2), VOCABULARY).eval()


def test_weights_carry_their_shape_and_vocabulary(net, tmp_path):
    save_net(net, tmp_path / "net.safetensors")
    again = load_net(tmp_path / "net.safetensors")
    pictures = torch.rand(2, 3, 64, 64)
    assert again.vocabulary == VOCABULARY
    first, second = net(pictures), again(pictures)
    assert first[Attribute.SLEEVE].shape == (2, 3)
    assert all(torch.allclose(first[name], second[name], atol=1e-2) for name in VOCABULARY)


def test_crops_and_whole_pictures_of_any_size_are_answered(net):
    assert net(torch.rand(1, 3, 112, 112))[Attribute.COLLAR].shape == (1, 2)


@pytest.mark.parametrize("content", [b"", b"nothing like safetensors", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_a_file_that_holds_no_net_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "broken.safetensors"
    path.write_bytes(content)
    with pytest.raises(UnreadableModel) as refusal:
        load_net(path)
    assert "broken.safetensors" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_missing_file_is_refused_in_one_line(tmp_path):
    with pytest.raises(UnreadableModel):
        load_net(tmp_path / "absent.safetensors")
