"""What may differ between a laptop and production; business rules live in TOML beside this file."""

import os
import secrets
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.cluster import Engine
from models.generator_setup import LEAST_STRENGTH, ControlKind, Precision, Start


class WebSettings(BaseModel):
    """The web server."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    base_url: str = Field("", description="Public address used in links; empty means http://HOST:PORT.")
    operator_token: SecretStr | None = Field(
        None, description="What a merchandiser or analyst signs in with; empty makes one in HOME/operator_token."
    )
    simulated_time: bool = Field(
        False, description="Accept the time and visitor named by the client. Only for simulations, never in production."
    )


class GenerationSettings(BaseModel):
    """Pictures."""

    model: str = Field("embedded", description="Embedded net, or a diffusers pipeline by hub name or folder.")
    size: int = Field(256, ge=64, le=2048, description="Pixels on each side.")
    steps: int = Field(0, ge=0, le=200, description="Denoising steps; 0 takes the model's own default.")
    guidance: float = Field(0, ge=0, le=50, description="How closely words are followed; 0 takes the model's default.")
    batch_size: int = Field(4, ge=1, le=64, description="Pictures of a painter stored together, and at once on a GPU.")
    start: Start = Field(Start.AUTO, description="What painting starts from: noise, the draft, or auto.")
    strength: float = Field(
        0.6, ge=LEAST_STRENGTH, le=1, description="Share of the schedule that repaints a draft; a picture is no draft."
    )
    controlnet: str = Field("", description="ControlNet by hub name or folder.")
    control: ControlKind = Field(ControlKind.LINEART, description="What it was trained on: canny, scribble, lineart.")
    control_scale: float = Field(1.0, ge=0, le=2, description="How strongly the control picture counts.")
    lora: str = Field("", description="LoRA by hub name, folder or safetensors file.")
    lora_scale: float = Field(1.0, ge=-2, le=2, description="How strongly the LoRA counts.")
    ip_adapter: str = Field("", description="IP-Adapter by hub name or folder, with its file after a colon.")
    ip_adapter_scale: float = Field(0.6, ge=0, le=2, description="How strongly the style picture counts.")
    style_picture: str = Field("", description="Picture whose style the IP-Adapter takes over.")
    expander: str = Field("", description="Text model by hub name or folder that adds detail to prompts.")
    prompt_family: str = Field("", description="Prompt template of configs/prompts; empty goes by the pipeline.")
    prompt_language: Literal["", "en", "zh"] = Field("", description="Language of prompts; empty is the family's own.")
    device: str = Field("auto", description="cpu, mps, cuda or cuda:N; auto takes the best there is.")
    precision: Precision = Field(Precision.AUTO, description="float32, float16, bfloat16; auto goes by the device.")
    threads: int = Field(0, ge=0, le=1024, description="CPU threads of a painter; 0 shares out the cores.")
    engine: Engine = Field(Engine.LOCAL, description="Who paints batches: local (this process), or ray (Ray actors).")
    painters: int = Field(0, ge=0, le=1024, description="Painters at once; 0 takes what the cores or cards allow.")
    ray_address: str = Field("", description="Ray cluster to join; empty starts one on this machine.")


class TrendsSettings(BaseModel):
    """Trends."""

    encoder: str = Field("", description="Sentence encoder by hub name or folder, for phrases of the same sense.")


class ClearanceSettings(BaseModel):
    """Whose designs, marks and names stay untouched."""

    folder: Path | None = Field(None, description="Protected pictures with their table; empty means HOME/clearance.")
    names: Path | None = Field(None, description="Lists of names (*.toml); empty takes the shipped configs/clearance.")
    limit: float = Field(0.9, ge=0.5, le=1, description="Similarity from which a picture is too like a protected one.")


class MatchingSettings(BaseModel):
    """Which factories get which demands."""

    groups: int = Field(1, ge=1, le=64, description="Groups of categories matched side by side; 1 is all in one.")
    engine: Engine = Field(Engine.LOCAL, description="Who matches groups: local (this process), or ray (Ray tasks).")
    ray_address: str = Field("", description="Ray cluster to join; empty starts one on this machine.")


class DeliverySettings(BaseModel):
    """What leaves the house."""

    folder: Path | None = Field(None, description="Where briefs for the file channel go; empty means HOME/sent.")
    allow_private_addresses: bool = Field(False, description="Let webhooks reach private and loopback addresses.")


class PaymentsSettings(BaseModel):
    """Buyers' deposits."""

    provider: Literal["manual", "stripe"] = Field(
        "manual", description="Who takes deposits: manual (bank transfer, noted by a merchandiser), or stripe."
    )
    bank_details: str = Field("", description="Account holder, bank and account number, as buyers read them.")
    stripe_key: SecretStr | None = Field(None, description="Secret key of the Stripe account.")
    stripe_webhook_secret: SecretStr | None = Field(
        None, description="Signing secret of the webhook at ADDRESS/api/payments/stripe."
    )
    stripe_address: str = Field("https://api.stripe.com", description="Where Stripe's API answers.")

    @property
    def key(self) -> str:
        """The account's key; empty without one."""
        return self.stripe_key.get_secret_value() if self.stripe_key else ""

    @property
    def webhook_secret(self) -> str:
        """The webhook's secret; empty without one."""
        return self.stripe_webhook_secret.get_secret_value() if self.stripe_webhook_secret else ""


class Settings(BaseSettings):
    """Read from the environment (DEMANDLOOM_…) and an .env file; unknown keys are errors."""

    model_config = SettingsConfigDict(
        env_prefix="DEMANDLOOM_", env_nested_delimiter="__", env_file=".env", extra="forbid"
    )

    home: Path = Field(Path("var"), description="Folder for everything that is kept on this machine.")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite at HOME/demandloom.db.")
    blobs_url: str = Field("", description="fsspec URL for pictures and documents; empty means HOME/blobs.")
    secret: SecretStr | None = Field(
        None, description="Key of visitor pseudonyms, sessions and portal links; empty makes one in HOME/secret."
    )
    web: WebSettings = WebSettings()
    trends: TrendsSettings = TrendsSettings()
    generation: GenerationSettings = GenerationSettings()
    clearance: ClearanceSettings = ClearanceSettings()
    matching: MatchingSettings = MatchingSettings()
    delivery: DeliverySettings = DeliverySettings()
    payments: PaymentsSettings = PaymentsSettings()

    @property
    def database(self) -> str:
        """The database's URL with the default filled in."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'demandloom.db'}"

    @property
    def blobs(self) -> str:
        """The blob store's URL with the default filled in."""
        return self.blobs_url or f"file://{self.home.resolve() / 'blobs'}"

    @property
    def address(self) -> str:
        """The site's public address, without a slash at its end."""
        return self.web.base_url.rstrip("/") or f"http://{self.web.host}:{self.web.port}"

    @property
    def sent_folder(self) -> Path:
        """Where the file channel writes."""
        return self.delivery.folder or self.home / "sent"

    @property
    def clearance_folder(self) -> Path:
        """Where protected designs and marks are taken in from."""
        return self.clearance.folder or self.home / "clearance"

    @property
    def registers_folder(self) -> Path:
        """Where snapshots of the factories' register are kept; they are made anew when they are gone."""
        return self.home / "registers"

    @property
    def rejects_folder(self) -> Path:
        """Where refused input rows are kept."""
        return self.home / "rejects"

    @property
    def secret_key(self) -> str:
        """The configured secret, or the one kept in this home."""
        return self.secret.get_secret_value() if self.secret else _kept(self.home / "secret")

    @property
    def operator_token(self) -> str:
        """The configured sign-in token, or the one kept in this home."""
        token = self.web.operator_token
        return token.get_secret_value() if token else _kept(self.home / "operator_token")


def _kept(path: Path) -> str:
    """A random secret, made once and readable by its owner only."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
    try:
        os.link(aside, path)  # fails when another process was first: then its secret counts
    except FileExistsError:
        pass
    finally:
        aside.unlink()
    return path.read_text().strip()


@cache
def settings() -> Settings:
    """The settings of this process, read once; tests clear the cache."""
    return Settings()
