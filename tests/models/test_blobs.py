import pytest

from models.blobs import BlobStore
from models.errors import NotFound


def test_the_same_content_is_stored_once_under_its_hash(tmp_path):
    store = BlobStore(f"file://{tmp_path}")
    first, second = store.put(b"a picture"), store.put(b"a picture")
    assert first == second
    assert store.get(first) == b"a picture"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "f" * 63, "F" * 64, "0" * 64, "x" * 10_000])
def test_anything_but_the_key_of_stored_content_is_not_found(tmp_path, key):
    with pytest.raises(NotFound):
        BlobStore(f"file://{tmp_path}").get(key)
